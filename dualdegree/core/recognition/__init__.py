"""What is recognised, and is a credit spent once? The table of equivalences applied, and the ledger over all of it."""

from dualdegree.core.recognition.kinds import KINDS, REASONS, RecognitionKind, RefusalReason
from dualdegree.core.recognition.ledger import Earning, LedgerLine, Spending, Unbalanced, book
from dualdegree.core.recognition.table import (
    Fulfilled,
    Pending,
    Sat,
    StudentLedger,
    TableEntry,
    Why,
    coin,
    proposed,
    recognise,
)

__all__ = [
    "KINDS",
    "REASONS",
    "Earning",
    "Fulfilled",
    "LedgerLine",
    "Pending",
    "RecognitionKind",
    "RefusalReason",
    "Sat",
    "Spending",
    "StudentLedger",
    "TableEntry",
    "Unbalanced",
    "Why",
    "book",
    "coin",
    "proposed",
    "recognise",
]
