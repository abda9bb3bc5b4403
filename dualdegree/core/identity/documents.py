"""How is an identity document known again without being kept? By a keyed hash and the last characters of its number."""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass

SHOWN = 4
"""How many characters of a document's number are kept as they are."""
SHORTEST, LONGEST = 6, 30
"""How many letters and digits a document's number has; of a shorter one its last characters would tell too much."""
HIDDEN = "····"
"""What stands for the first characters of a document's number wherever its end is shown."""
LONG_NUMBER = re.compile(r"[^\W\d]*[0-9](?:[\w-]*[0-9]){4,}\w*")
"""What may be the number of a document, wherever it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMark:
    """An identity document as it is kept: the hash by which the same one is known again, and its last characters."""

    digest: str
    last: str


def document_letters(number: str) -> str:
    """The letters and digits of a document's number, however it is written; "" where these are too few or too many."""
    plain = unicodedata.normalize("NFKC", number).upper()
    letters = "".join(letter for letter in plain if letter.isalnum())
    return letters if SHORTEST <= len(letters) <= LONGEST else ""


def document_mark(number: str, secret: str) -> DocumentMark:
    """What is kept of a document. ``secret`` is the installation's own and never changes: without it nobody can tell
    by trying numbers which one was meant.
    """
    letters = document_letters(number)
    digest = hmac.new(secret.encode(), letters.encode(), hashlib.sha256).hexdigest()
    return DocumentMark(digest=digest, last=letters[-SHOWN:])


def hidden(number: str) -> str:
    """A document's number as it may be shown: its last characters alone, and none of what is no such number."""
    if not number or number.startswith(HIDDEN):
        return number
    return HIDDEN + document_letters(number)[-SHOWN:]


def without_numbers(text: str) -> str:
    """A text of which nobody knows what it holds, with everything hidden in it that may be a document's number."""
    return LONG_NUMBER.sub(lambda number: hidden(number[0]), text)
