"""How much room do words take in a picture, and where do they break? Estimates that no usual typeface exceeds."""

import unicodedata
from collections.abc import Iterator

THIN = frozenset(" .,:;·'’|!()[]-/Iijlftr")
BROAD = frozenset("mwMW%@—–…“”")
CLOSING = frozenset("，。、；：）》”’！？")
"""What does not begin a line of Chinese."""
ELLIPSIS = "…"


def width_of(words: str, size: int) -> int:
    """An upper estimate, in the units of ``size``, the height of the letters; bold ones are included."""
    return -(-sum(map(_hundredths, words)) * size // 100)


def _hundredths(letter: str) -> int:
    if unicodedata.east_asian_width(letter) in "WF":
        return 100
    if letter in THIN:
        return 41
    if letter in BROAD:
        return 100
    return 77 if letter.isupper() else 64


def broken(words: str, width: int, size: int, most: int) -> tuple[str, ...]:
    """The words in at most ``most`` lines no wider than ``width``; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(words):
        if not line or width_of((line + piece).rstrip(), size) <= width:
            line += piece
        else:
            lines.append(line.rstrip())
            line = piece
    lines.append(line.rstrip())
    if len(lines) > most:
        lines[most - 1 :] = [_cut(lines[most - 1] + ELLIPSIS, width, size)]
    return tuple(_cut(line, width, size) for line in lines if line)


def _pieces(words: str) -> Iterator[str]:
    """What stays on one line: a word with the space after it, one Chinese character with what closes after it."""
    piece = ""
    for before, letter in zip(" " + words, words, strict=False):
        apart = before == " " or _is_wide(letter) or _is_wide(before)
        if piece and apart and letter not in CLOSING and letter != " ":
            yield piece
            piece = ""
        piece += letter
    yield piece


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _cut(line: str, width: int, size: int) -> str:
    if width_of(line, size) <= width:
        return line
    kept = line.removesuffix(ELLIPSIS)
    while kept and width_of(kept + ELLIPSIS, size) > width:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS
