"""How does a student's way to both degrees read: a shape and a word for each state?"""

from dualdegree.core.conferral.gate import BoardStage, Gate
from dualdegree.core.text import Message

GATES: dict[Gate, tuple[str, Message]] = {
    Gate.OPEN: ("met", Message("Signed by both: may be issued")),
    Gate.SIGNED_BY_ONE: ("partial", Message("Signed by one institution")),
    Gate.TO_BE_SIGNED: ("pending", Message("Both degrees met: to be signed")),
    Gate.NOT_MET: ("unmet", Message("Not met")),
}
"""Each state of the gate as a shape and a word."""
STAGES: dict[BoardStage, tuple[str, Message]] = {
    BoardStage.STUDYING: ("unmet", Message("Studying")),
    BoardStage.ONE_MET: ("partial", Message("One side met")),
    BoardStage.BOTH_MET: ("pending", Message("Both sides met")),
    BoardStage.SIGNED_BY_ONE: ("partial", Message("Signed by one")),
    BoardStage.SIGNED_BY_BOTH: ("met", Message("Signed by both")),
    BoardStage.DECIDED: ("met", Message("Both degrees decided")),
    BoardStage.ISSUED: ("met", Message("Document issued")),
    BoardStage.CHANGED: ("void", Message("Issued and changed since")),
}
"""Each stage of the board as a shape and a word, from the first to the last."""
