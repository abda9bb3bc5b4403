"""Is a name written in the script that its column asks for?"""

import re
import unicodedata

HAN = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
ORDINALS = "ªº"
"""Letters of no alphabet that abbreviated names are written with, as in ``Mª José``."""
LETTERS = {"Lu", "Ll", "Lt", "Lo"}


def in_latin(name: str) -> bool:
    """Whether every letter of a name is a Latin one, as in passports."""
    return all(_is_latin(letter) for letter in name if unicodedata.category(letter) in LETTERS)


def in_han(name: str) -> bool:
    """Whether every letter of a name is a Chinese character."""
    return all(HAN.match(letter) for letter in name if unicodedata.category(letter) in LETTERS)


def _is_latin(letter: str) -> bool:
    return letter in ORDINALS or unicodedata.name(letter, "").startswith("LATIN")
