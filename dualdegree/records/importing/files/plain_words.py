"""Which words of registers are the same, whatever their width, case, blanks and signs? How are they written plainly?"""

import unicodedata
from collections.abc import Mapping

NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if chr(wide).isalnum()}
"""Full-width letters and digits → plain ones."""
DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212), "-")
"""Signs that are typed, or put in by an editor, where a hyphen is meant."""


def plain(text: str) -> str:
    """A word without what does not matter when registers' words are compared: width, case, blanks."""
    return "".join(_signs(text).casefold().split())


def _signs(text: str) -> str:
    """The text with the usual sign for each letter, digit and hyphen, however wide or of whose writing they are."""
    narrowed = unicodedata.normalize("NFKC", text).translate(DASHES)
    if narrowed.isascii():
        return narrowed
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() and not sign.isascii() else sign for sign in narrowed
    )


def written_as(text: str, words: Mapping[str, str]) -> str | None:
    """What the register's word means by the profile, whatever its case and blanks; None for a word it does not know."""
    wanted = plain(text)
    return next((meaning for word, meaning in words.items() if plain(word) == wanted), None)


def figure_as_text(text: str, mark: str) -> str:
    """A figure with a decimal point, however the register writes the decimal mark and the digits' width."""
    return _signs(text).replace(mark, ".", 1)


def narrow(value: str) -> str:
    """An identifier or a figure with plain letters, digits and blanks, however wide the register writes them."""
    return " ".join(_signs(value).split())
