"""What does each column of an equivalence table hold? For the template's second sheet and the page beside it."""

from collections.abc import Mapping

from dualdegree.core.text import Message

MEANINGS: Mapping[str, Message] = {
    "table": Message("A name for the table; the programme's id where it is empty."),
    "programme": Message("The programme's id, in every row or at least in the first."),
    "version": Message("The version that the file proposes, in every row or at least in the first."),
    "entry": Message("Which equivalence the row belongs to: the same id in all rows of one equivalence."),
    "side": Message("“from” for a course that is sat, “to” for what is granted; as many rows of each as there are."),
    "institution": Message("Where the course is sat, or whose degree recognises it, by the institution's id."),
    "course": Message("The course's code; empty where credits of a group are granted rather than a course."),
    "credits": Message("Credits in the unit of that institution, with a decimal point."),
    "ects": Message("The agreed ECTS of this course; empty where the curriculum's figure or ratio holds."),
    "tags": Message("Only for credits of a group: its tags, with semicolons between them."),
    "title_…": Message("Only for credits of a group: what they are called, one column for each language."),
    "min_grade": Message("The least grade of each course that is sat, on the scale where it is sat."),
    "grade_method": Message("“linear” or “ungraded”; empty where the agreement's method of conversion holds."),
    "admission_from, admission_to": Message(
        "The admission terms, such as 2026-1, of those for whom it is; empty for all."
    ),
    "valid_from, valid_to": Message("The days, such as 2026-09-01, on which courses must have begun; empty for all."),
    "choice": Message("“student” where it is applied only to a student who chooses it; empty where it holds for all."),
    "content, workload": Message("How far content and workload match, in per cent."),
    "hours_sat, hours_granted": Message(
        "The student's hours of work on both sides, all courses of the entry together."
    ),
    "syllabi": Message("The SHA-256 of each stored syllabus, with semicolons between them."),
    "outcomes_…": Message("The learning outcomes that match, one column for each language."),
    "mobility_…": Message("How it is known that the work was done in mobility; only for kinds that need it."),
    "note_…": Message("A note that students read as well, one column for each language."),
}
"""Column, or columns with the same ending, → what stands there."""
