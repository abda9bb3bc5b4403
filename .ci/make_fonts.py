"""How were the typefaces of ``dualdegree/transcript/fonts/`` made? From an npm package, cut down to what is printed.

Quotation marks and the Catalan point of l·l get a narrow form: ReportLab cannot choose one by the layout tables.

Run it again with ``npm pack @expo-google-fonts/noto-sans-sc@0.4.3``, unpack the archive, and
``python .ci/make_fonts.py package``. The same package and fontTools give the same bytes.
"""

import hashlib
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from dualdegree.transcript.fonts import BOLD, HERE, NARROW, REGULAR

SOURCES = {
    "400Regular/NotoSansSC_400Regular.ttf": "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16",
    "700Bold/NotoSansSC_700Bold.ttf": "9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96",
}
"""The files of the package, and the SHA-256 of each in version 0.4.3."""

RAISED = 280
"""Units (of 1,000 to the em) by which the full stop is raised to stand between two l."""

LATIN = (*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x2000, 0x2070), 0x2020, 0x2021, 0x20AC, 0x2192, 0x2194)
"""Latin letters with every accent the typeface has, punctuation, the daggers and arrows of the legend."""


def main(package: Path) -> None:
    """Write both typefaces, their licence and their checksums in their place."""
    regular, bold = (_source(package, name, digest) for name, digest in SOURCES.items())
    typefaces = (
        _cut(regular, regular.getBestCmap(), REGULAR),
        _cut(bold, {*_gb2312(), *LATIN, *map(ord, NARROW.values())}, BOLD),
    )
    shutil.copyfile(package / "LICENSE_FONT", HERE / "OFL.txt")
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in typefaces)
    (HERE / "checksums.txt").write_text("".join(lines), encoding="utf-8")


def _source(package: Path, name: str, digest: str) -> TTFont:
    path = package / name
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        sys.exit(f"{name} is not the file of version 0.4.3: unpack that version of the package.")
    font = TTFont(path, recalcTimestamp=False)
    _narrow(font)
    return font


def _narrow(font: TTFont) -> None:
    """Give a private code to the typeface's proportional quotation marks, and to a raised full stop as point."""
    named = font.getBestCmap()
    pen = TTGlyphPen(font.getGlyphSet())
    pen.addComponent(named[ord(".")], (1, 0, 0, 1, 0, RAISED))
    font["glyf"]["narrowpoint"] = pen.glyph()
    for metrics in ("hmtx", "vmtx"):
        font[metrics]["narrowpoint"] = font[metrics][named[ord(".")]]
    proportional = _substitutions(font, "pwid") | {named[ord("·")]: "narrowpoint"}
    for table in font["cmap"].tables:
        if table.isUnicode() and ord("·") in table.cmap:
            table.cmap.update({ord(code): proportional[named[ord(wide)]] for wide, code in NARROW.items()})


def _substitutions(font: TTFont, feature: str) -> dict[str, str]:
    """Which glyph the layout feature puts for which."""
    layout = font["GSUB"].table
    records = (record.Feature for record in layout.FeatureList.FeatureRecord if record.FeatureTag == feature)
    lookups = {index for record in records for index in record.LookupListIndex}
    tables = (table for index in sorted(lookups) for table in layout.LookupList.Lookup[index].SubTable)
    mappings = (getattr(table, "ExtSubTable", table).mapping for table in tables)
    return {glyph: other for mapping in mappings for glyph, other in mapping.items()}


def _gb2312() -> Iterable[int]:
    """Every character of GB 2312: its punctuation, symbols and 6,763 Han characters."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return (ord(character) for pair in pairs for character in pair.decode("gb2312", "ignore"))


def _cut(font: TTFont, characters: Iterable[int], path: Path) -> Path:
    """Keep the outlines of ``characters``; ReportLab reads neither layout tables nor hinting, so both go."""
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "gasp"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.save(path)
    return path


if __name__ == "__main__":
    main(Path(sys.argv[1]))
