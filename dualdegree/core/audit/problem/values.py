"""Which values does an item bring, where different values are counted or a limit holds for each apart?"""

from dualdegree.core.audit.problem.items import Item
from dualdegree.core.audit.rules import INSTITUTION, SUBJECT, TERM

DIGITS = "0123456789"


def values_of(item: Item, kind: str) -> tuple[str, ...]:
    """The different values of that kind, in their order; perhaps none."""
    if kind == TERM:
        values = {attempt.term for attempt in item.rests_on}
    elif kind == INSTITUTION:
        values = set(item.institutions)
    elif kind == SUBJECT:
        values = {(item.course or "").split(" ", 1)[0].rstrip(DIGITS)}
    else:
        values = {tag.removeprefix(kind) for tag in item.tags if tag.startswith(kind)}
    return tuple(sorted(values - {""}))
