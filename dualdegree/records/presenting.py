"""With which words and shapes do pages say how an attempt counts, and where an import stands?"""

from collections.abc import Sequence

from flask_babel import gettext as _

from dualdegree.core.identity.documents import HIDDEN
from dualdegree.core.policy import Actor, Role
from dualdegree.core.records import Standing
from dualdegree.core.text import Message
from dualdegree.records.models import Enrolment

STANDINGS: dict[Standing, Message] = {
    Standing.STANDS: Message("Attempt that counts"),
    Standing.COMING: Message("No result yet"),
    Standing.NOT_PASSED: Message("Not passed so far"),
}
STATES: dict[str, tuple[str, Message]] = {
    "unread": ("pending", Message("Columns to be named")),
    "waiting": ("pending", Message("Waiting for confirmation")),
    "confirmed": ("met", Message("Confirmed")),
    "taken back": ("void", Message("Import taken back")),
    "withdrawn": ("void", Message("File withdrawn")),
}
"""Each state of an import as a shape and a word."""


def told_besides(enrolment: Enrolment, reader: Actor) -> Sequence[tuple[str, str]]:
    """What a register tells besides and a page shows where there is something.

    The end of an identity document is for the registrars of its own institution and for the student.
    """
    names = enrolment.person_as_told.get("other_names") or ""
    own = enrolment.institution_id in reader.institutions(Role.REGISTRAR)
    own = own or enrolment.student.person_id == reader.person_id
    document = f"{HIDDEN}{enrolment.document_end}" if own and enrolment.document_end else ""
    facts = (
        (_("Cohort"), enrolment.cohort or ""),
        (_("Field of study"), enrolment.field or ""),
        (_("Former names and other spellings"), names),
        (_("Identity document, of which only the end is kept"), document),
    )
    return [(words, said) for words, said in facts if said]
