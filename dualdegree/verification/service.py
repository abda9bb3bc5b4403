"""What do the issuers say of the document with this code? Only what is printed on it, and whether it is in force."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree.core import transcript as printed
from dualdegree.core.text import Text
from dualdegree.transcript import documents as issued_documents
from dualdegree.transcript.marks import spaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """One document as its verification page shows it."""

    serial: str
    code: str
    issuers: tuple[Text, ...]
    programme: Text
    holder: str
    han_name: str | None
    issued_on: dt.date
    languages: tuple[str, ...]
    sha256: str
    demonstration: bool
    revoked_on: dt.date | None
    revoked_because: str | None
    replaced_by: str | None
    is_interim: bool
    """Whether it certifies no degree, only one institution's own courses."""


def verified(session: orm.Session, code: str) -> Verified:
    """The document with this code, from the very bytes that were issued; raises ``Absent``."""
    issued = issued_documents.by_code(session, code)
    value = printed.from_bytes(issued.content.encode(), printed.Transcript)
    holder = value.content.holder
    return Verified(
        serial=issued.serial,
        code=spaced(issued.code),
        issuers=tuple(institution.name for institution in value.content.institutions),
        programme=value.content.programme,
        holder=f"{holder.family_name}, {holder.given_names}",
        han_name=holder.han_name,
        issued_on=value.issue.issued_on,
        languages=value.issue.languages,
        sha256=issued.sha256,
        demonstration=issued.demonstration,
        revoked_on=issued_documents.day_of_revocation(session, issued),
        revoked_because=issued.revoked_because,
        is_interim=value.is_interim,
        replaced_by=issued_documents.replacements(session, [issued]).get(issued.id),
    )
