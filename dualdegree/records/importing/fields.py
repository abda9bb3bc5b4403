"""What is each field of a register's file called, in words?"""

from collections.abc import Mapping

from dualdegree.core.text import Message

FIELDS: Mapping[str, Message] = {
    "student_number": Message("Student number"),
    "partner_number": Message("Number at the partner"),
    "name": Message("Full name"),
    "family_name": Message("Family name"),
    "given_name": Message("Given name"),
    "han_name": Message("Name in Han"),
    "birth_date": Message("Birth date"),
    "nationality": Message("Nationality"),
    "route": Message("Route"),
    "admission_term": Message("Admitted in"),
    "programme": Message("Programme"),
    "email": Message("E-mail address"),
    "advisor": Message("Advisor's e-mail address"),
    "course_code": Message("Course code"),
    "course_title_zh_Hans": Message("Title in Chinese"),
    "course_title_en": Message("Title in English"),
    "course_title_es": Message("Title in Spanish"),
    "credits": Message("Credits"),
    "grade": Message("Grade"),
    "label": Message("Grade in words"),
    "term": Message("Term"),
    "year": Message("Academic year"),
    "sitting": Message("Sitting or half of the year"),
    "note": Message("Remarks"),
    "character": Message("Character of the course"),
    "milestone": Message("Milestone"),
    "value": Message("Value"),
    "date": Message("Date"),
}
"""Every field that a column can be, of any kind of file."""
