"""What does a file named on the command line hold, and what is it called in a message?"""

from pathlib import Path

from dualdegree.core.source.reading import MOST_BYTES, SourceError
from dualdegree.core.text import Message

NO_INPUT = Message("standard input is not read by this sign; name a file, such as /dev/stdin")


def name_of(path: Path) -> str:
    """The path as given, on one line and in characters that can be printed."""
    known = str(path).encode(errors="replace").decode()
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in known)


def content_of(path: Path) -> bytes:
    """What the file holds, as far as any reader goes. Raises ``SourceError`` when it cannot be opened."""
    if str(path) == "-":
        raise SourceError(source="-", line=None, key="", reason=NO_INPUT)
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = Message("the file cannot be opened: %(problem)s", {"problem": error.strerror or "unknown"})
        raise SourceError(source=name_of(path), line=None, key="", reason=reason) from None
