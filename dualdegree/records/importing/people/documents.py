"""With which secret does this installation know an identity document again?"""

from flask import current_app

from dualdegree.core.identity.documents import DocumentMark, document_mark
from dualdegree.uploads import Unreadable

SETTING = "IDENTITY_SECRET"


def mark_of(number: str) -> DocumentMark:
    """What is kept of the document. Raises ``Unreadable`` where the installation has no secret."""
    secret = current_app.config.get(SETTING)
    if not secret:
        raise Unreadable(
            "Rosters with identity documents are not taken while this system has no secret to hide them by; ask "
            "whoever runs it to set IDENTITY_SECRET."
        )
    return document_mark(number, secret)
