"""Do the typefaces in the repository print every name, and are they the files that were made?"""

import hashlib

from dualdegree.transcript import fonts
from dualdegree.transcript.formats.pdf.drawing import faces
from dualdegree.transcript.formats.pdf.drawing.faces import Face

RARE = "㛃𬭸䶮𬱖𪨶"
LETTERS = "áéíóúüñçàèòïÁÉÍÓÚÜÑÇÀÈÒÏªº¿¡«»·’“”āǎēěīǐōǒūǔǖǘǚǜ†–—"


def test_the_typefaces_are_the_ones_whose_checksums_are_kept_with_them():
    lines = (fonts.HERE / "checksums.txt").read_text().splitlines()

    kept = {name: digest for digest, name in (line.split("  ") for line in lines)}

    assert kept == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (fonts.REGULAR, fonts.BOLD)}


def test_their_licence_travels_with_them():
    assert "SIL OPEN FONT LICENSE Version 1.1" in (fonts.HERE / "OFL.txt").read_text()


def test_rare_han_names_and_accented_letters_have_glyphs():
    assert faces.covers(Face.REGULAR, RARE + LETTERS)
    assert faces.covers(Face.BOLD, LETTERS)
    assert not faces.covers(Face.BOLD, RARE)


def test_the_private_codes_of_narrow_forms_are_nobodys_characters():
    assert not any(faces.covers(Face.REGULAR, code) for code in fonts.NARROW.values())


def test_a_point_is_narrow_between_latin_letters_and_wide_between_han_characters():
    assert faces.drawn("Col·lel") == "Col\ue0b7lel"
    assert faces.drawn("买买提·阿不都") == "买买提·阿不都"
    assert faces.drawn("见“学分”。") == "见“学分”。"
    assert faces.drawn("Master’s") == "Master\ue019s"


def test_above_the_first_plane_the_map_to_unicode_is_utf16_in_blocks_of_at_most_a_hundred():
    characters = [0, 0x2CB78, 0xE0B7, *range(0x4E00, 0x4E00 + 150)]

    lines = faces.to_unicode("AAAAAA+Noto", characters).splitlines()

    assert "<00> <0000>" not in lines
    assert "<01> <D872DF78>" in lines
    assert "<02> <00B7>" in lines
    assert [line for line in lines if "beginbfchar" in line] == ["100 beginbfchar", "52 beginbfchar"]
