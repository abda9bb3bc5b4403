"""How does a student's way to both degrees read: a shape and a word for each state?"""

from dualdegree.core.conferral import Gate
from dualdegree.core.text import Message

GATES: dict[Gate, tuple[str, Message]] = {
    Gate.OPEN: ("met", Message("Signed by both: may be issued")),
    Gate.SIGNED_BY_ONE: ("partial", Message("Signed by one institution")),
    Gate.TO_BE_SIGNED: ("pending", Message("Both degrees met: to be signed")),
    Gate.NOT_MET: ("unmet", Message("Not met")),
}
"""Each state of the gate as a shape and a word."""
