"""What does somebody wish of a plan? A limit for each term, what goes first, an end, and grades to count on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dualdegree.core.audit.plan.question import Prefer, TermLimit
from dualdegree.core.credit import NotADecimal, credits_of
from dualdegree.core.grades import Scale
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message

Sent = Mapping[str, Sequence[str]]
"""What an address carries, by key."""
GRADE = "grade-"
"""What the field for a grade at an institution begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """``limit``: how much fits into one term; ``end_by``: the last term, "" for no wish.

    ``grades``: institution → the grade that a course to come there is taken to bring.
    """

    limit: TermLimit = None
    prefer: Prefer = Prefer.WORK
    end_by: str = ""
    grades: Mapping[str, Decimal] = field(default_factory=dict)


def wishes_of(
    sent: Sent, *, scales: Mapping[str, Scale], terms: Sequence[str], limit: TermLimit
) -> tuple[Wishes, dict[str, Message]]:
    """The wishes that an address carries, and what is wrong with them by the id of their field.

    ``scales`` are those of the two institutions, ``terms`` those to come, ``limit`` what holds where none is sent; an
    empty one is no limit. What is wrong is left out of the wishes.
    """
    wrong: dict[str, Message] = {}
    values: dict[str, Any] = {"grades": {}}
    try:
        values["limit"] = limit_of(_first(sent, "limit")) if "limit" in sent else limit
    except Refusal as refused:
        wrong["limit"] = refused.message
    values["prefer"] = Prefer.END if _first(sent, "prefer") == Prefer.END.value else Prefer.WORK
    if (end := _first(sent, "end_by")) and end not in terms:
        wrong["end_by"] = Message("“%(term)s” is no term to come; choose one from the list.", {"term": end[:40]})
    else:
        values["end_by"] = end
    for institution, scale in scales.items():
        try:
            if text := _first(sent, f"{GRADE}{institution}"):
                values["grades"][institution] = _grade(text, scale)
        except Refusal as refused:
            wrong[f"{GRADE}{institution}"] = refused.message
    return Wishes(**values), wrong


def limit_of(text: str) -> Decimal | None:
    """How many ECTS may be in one term, none for no wish. Raises ``Refusal``."""
    if not text:
        return None
    try:
        return credits_of(text.strip().replace(",", "."))
    except NotADecimal:
        raise Refusal('"%(text)s" is no number of ECTS; write digits, such as 30.', {"text": text[:80]}) from None


def is_wish(key: str) -> bool:
    """Whether an address carries a wish under this key."""
    return key in {"limit", "prefer", "end_by"} or key.startswith(GRADE)


def _first(sent: Sent, key: str) -> str:
    return next(iter(sent.get(key, ())), "").strip()


def _grade(text: str, scale: Scale) -> Decimal:
    words = {"text": text[:40], "lowest": scale.pass_mark, "highest": scale.highest}
    wrong = Refusal("“%(text)s” is no grade that passes there; write %(lowest)s to %(highest)s.", words)
    try:
        grade = credits_of(text.replace(",", "."))
    except NotADecimal:
        raise wrong from None
    if not scale.pass_mark <= grade <= scale.highest:
        raise wrong
    return grade
