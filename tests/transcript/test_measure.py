"""Is every text measured, kept within its room, and stopped when it cannot be printed?"""

import pytest

from dualdegree.transcript.formats.pdf.drawing import measure
from dualdegree.transcript.formats.pdf.drawing.measure import DoesNotFit, NoGlyph
from dualdegree.transcript.formats.pdf.drawing.styles import CELL


def lines(text, room, most=None):
    return measure.fitted(text, CELL, room, most)[1]


def test_latin_text_breaks_between_words_and_after_hyphens():
    assert lines("Frontiers of Aerospace-Information", 70) == ("Frontiers of", "Aerospace-", "Information")


def test_chinese_text_breaks_anywhere_but_before_a_closing_and_after_an_opening_mark():
    assert lines("航天信息，前沿（技术）。", 24) == ("航天信", "息，前", "沿（技", "术）。")
    assert lines("航天信息，前沿（技术）。", 33) == ("航天信", "息，前沿", "（技", "术）。")


def test_every_line_is_within_its_room():
    text = "航天信息技术前沿 and Integrated Design of Intelligent Sensing Systems 综合设计实践"
    style, broken = measure.fitted(text, CELL, 60)

    assert all(measure.width(line, style) <= 60 for line in broken)
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")


def test_a_word_wider_than_its_room_is_set_smaller_before_it_is_parted():
    style, broken = measure.fitted("Reconocimiento", CELL, 50)

    assert broken == ("Reconocimiento",)
    assert style.size < CELL.size


def test_a_word_that_is_too_wide_in_the_smallest_type_is_parted_rather_than_lost():
    assert "".join(lines("x" * 60, 40)) == "x" * 60


def test_a_text_that_may_not_have_more_lines_is_refused_and_named():
    with pytest.raises(DoesNotFit, match="Matrix Theory and Applications"):
        lines("Matrix Theory and Applications", 30, most=1)


def test_a_character_that_no_typeface_has_is_named_with_its_text():
    with pytest.raises(NoGlyph, match=r"character 𒀀 \(U\+12000\) of “李𒀀”") as refused:
        measure.clean("李𒀀")

    assert (refused.value.character, refused.value.text) == ("𒀀", "李𒀀")


def test_a_private_character_of_an_old_register_is_refused_and_not_printed_as_something_else():
    with pytest.raises(NoGlyph, match=r"U\+E0B7"):
        measure.clean("王\ue0b7")


def test_the_catalan_letters_that_no_typeface_has_are_written_with_a_point():
    assert measure.clean("Co\u0140lel CO\u013fLEL") == "Col·lel COL·LEL"


def test_accents_are_composed_and_han_compatibility_characters_are_left_alone():
    assert measure.clean("Nu\u0301n\u0303ez") == "Núñez"
    assert measure.clean("\uf92c") == "\uf92c"


def test_tabs_and_line_breaks_of_an_import_become_blanks():
    assert measure.clean(" Machine\tLearning\n ") == "Machine Learning"
