"""With which words and shapes do pages say how an attempt counts, and where an import stands?"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from dualdegree.core.grades import SCALES
from dualdegree.core.grades.means import MeanEntry, RecordMean, mean_in_words, record_mean
from dualdegree.core.identity.documents import HIDDEN
from dualdegree.core.policy import Actor, Role
from dualdegree.core.records import RecordLine, RegisterMark, Standing, StudentRegister
from dualdegree.core.text import Message
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import curriculum_of, profile_of
from dualdegree.records.fields import MARKS
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

POLICIES: dict[str, Message] = {
    "best": Message("Of several passed attempts at one course the best stands."),
    "latest": Message("Of several passed attempts at one course the last stands."),
    "first_pass": Message("Of several passed attempts at one course the first stands."),
}
"""Which attempt stands, by the policy that an institution's curriculum names."""
FAILED = ("failed", "absent")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMean:
    """The mean of one register, None where nothing bears a figure yet, and how it is taken."""

    mean: RecordMean | None
    method: Sequence[Message]


def shown_mean(register: StudentRegister, enrolment: Enrolment, institution: Institution) -> ShownMean | None:
    """The mean of the student's own record there, by the method of the institution's profile; None without one."""
    method = profile_of(institution).mean
    if method is None:
        return None
    version = enrolment.curriculum_version
    tags = curriculum_of(version).called(method.without_tags) if version else method.without_tags
    marks = [MARKS[RegisterMark(mark)] for mark in method.without_marks]
    return ShownMean(
        mean=record_mean(map(_entry, register.lines), method),
        method=mean_in_words(method, SCALES[institution.grade_scale], tags, marks),
    )


def _entry(line: RecordLine) -> MeanEntry:
    entry = line.entry
    return MeanEntry(
        course=entry.course,
        term=entry.term,
        credits=entry.credits,
        grade=entry.grade,
        stands=line.standing is Standing.STANDS,
        failed=entry.status in FAILED,
        tags=entry.tags,
        marks=entry.marks,
    )


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
