"""What is recognised, and is a credit spent once? The table of equivalences applied, and the ledger over all of it."""

from dualdegree.core.recognition.kinds import KINDS, REASONS, Kind, Reason
from dualdegree.core.recognition.ledger import Earning, Line, Spending, Unbalanced, book
from dualdegree.core.recognition.table import (
    Entry,
    Fulfilled,
    Ledger,
    Pending,
    Sat,
    Why,
    coin,
    proposed,
    recognise,
)

__all__ = [
    "KINDS",
    "REASONS",
    "Earning",
    "Entry",
    "Fulfilled",
    "Kind",
    "Ledger",
    "Line",
    "Pending",
    "Reason",
    "Sat",
    "Spending",
    "Unbalanced",
    "Why",
    "book",
    "coin",
    "proposed",
    "recognise",
]
