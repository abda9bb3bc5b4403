"""Is this file a sound PDF? By its content, whatever it is called."""

import io

import pikepdf

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message

MEGABYTE = 1024 * 1024
HEADER = b"%PDF-"


class NoEvidence(Refusal):
    """The file cannot be kept as evidence."""


def pages_of(content: bytes, *, most_bytes: int) -> int:
    """How many pages the PDF has.

    Raises ``NoEvidence`` for what is empty, too large, no PDF, damaged, or locked with a password.
    """
    if not content:
        raise NoEvidence("The file is empty; choose another.")
    if len(content) > most_bytes:
        sizes = {"size": -(-len(content) // MEGABYTE), "most": most_bytes // MEGABYTE}
        raise NoEvidence(
            Message("The file has %(size)s MB and at most %(most)s MB are taken; save it smaller or split it.", sizes)
        )
    if not content.startswith(HEADER):
        raise NoEvidence("This is no PDF, whatever it is called; save the document as PDF and choose that file.")
    try:
        # What had to be repaired first could read differently in another program.
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as document:
            pages = len(document.pages)
    except pikepdf.PasswordError as error:
        raise NoEvidence("The PDF asks for a password; save it without one.") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, OverflowError) as error:
        raise NoEvidence("The PDF is damaged and cannot be read; save or export it once more.") from error
    if not pages:
        raise NoEvidence("The PDF has no pages; choose another file.")
    return pages
