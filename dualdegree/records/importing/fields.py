"""What is each field of a register's file called, in words? As in the record, where the record has it too."""

from collections.abc import Mapping

from dualdegree.core.text import LANGUAGES, Message
from dualdegree.records.fields import FIELDS as RECORDED
from dualdegree.records.fields import TITLE as RECORDED_TITLE
from dualdegree.records.importing.files.rows import TITLE

KEPT = (
    "partner_number", "family_name", "given_name", "han_name", "other_names", "birth_date", "nationality",
    "identity_document", "route", "admission_term", "cohort", "credits", "grade", "value",
)  # fmt: skip
"""The fields that a record has by the same name."""

FIELDS: Mapping[str, Message] = {
    **{name: RECORDED[name] for name in KEPT},
    **{f"{TITLE}{language}": RECORDED[f"{RECORDED_TITLE}{language}"] for language in LANGUAGES},
    "field": RECORDED["field of study"],
    "student_number": Message("Student number"),
    "name": Message("Full name"),
    "programme": Message("Programme"),
    "email": Message("E-mail address"),
    "advisor": Message("Advisor's e-mail address"),
    "state": RECORDED["enrolment state"],
    "state_since": RECORDED["since"],
    "course_code": Message("Course code"),
    "label": Message("Grade in words"),
    "term": Message("Term"),
    "year": Message("Academic year"),
    "sitting": Message("Sitting or half of the year"),
    "note": Message("Remarks"),
    "character": Message("Character of the course"),
    "milestone": Message("Milestone"),
    "date": Message("Date"),
}
"""Every field that a column can be, of any kind of file."""
