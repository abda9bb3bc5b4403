"""With which words and shapes do pages say what stands in a record, and what an import changes?"""

from dualdegree.core.records import Standing
from dualdegree.core.text import Message
from dualdegree.records.importing.fields import FIELDS

STATUSES: dict[str, tuple[str, Message]] = {
    "passed": ("met", Message("Passed")),
    "failed": ("unmet", Message("Failed")),
    "absent": ("unmet", Message("Absent: not passed")),
    "in_progress": ("planned", Message("In progress")),
    "planned": ("planned", Message("Planned")),
    "deferred": ("pending", Message("Examination deferred")),
    "withdrawn": ("neutral", Message("Withdrawn")),
    "offered": ("planned", Message("Offered")),
}
"""Each status of an attempt, and of a course on offer, as a shape and a word."""
CHANGED: dict[str, Message] = {
    **FIELDS,
    "status": Message("Result"),
    "title zh_Hans": Message("Title in Chinese"),
    "title en": Message("Title in English"),
    "title es": Message("Title in Spanish"),
    "curriculum": Message("Curriculum"),
    "linked with": Message("Linked with"),
    "advisor": Message("Advisor"),
    "account": Message("Account"),
    "achieved on": Message("Achieved on"),
    "offer": Message("On offer"),
}
"""The words for what an import changes."""
STANDINGS: dict[Standing, Message] = {
    Standing.STANDS: Message("Attempt that counts"),
    Standing.COMING: Message("No result yet"),
    Standing.NOT_PASSED: Message("Not passed so far"),
}
STATES: dict[str, tuple[str, Message]] = {
    "unread": ("pending", Message("Columns to be named")),
    "waiting": ("pending", Message("Waiting for confirmation")),
    "confirmed": ("met", Message("Confirmed")),
    "withdrawn": ("void", Message("File withdrawn")),
}
"""Each state of an import as a shape and a word."""
