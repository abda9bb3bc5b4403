"""With which words and shapes do pages say how an attempt counts, and where an import stands?"""

from dualdegree.core.records import Standing
from dualdegree.core.text import Message

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
