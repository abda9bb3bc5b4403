"""Which recorded exceptions can a case state? One whose node or item is gone is named with the reason, never lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dualdegree.core.audit.case.exceptions import read_exceptions
from dualdegree.core.audit.case.writing import exception_plain, tree_of
from dualdegree.core.audit.facts import Case, ExceptionKind, GrantedException
from dualdegree.core.source.tree import Place, SourceError
from dualdegree.core.text import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The exceptions that hold for a case, in the order given; and why not, by position, for those that cannot."""

    holding: tuple[GrantedException, ...]
    unfit: Mapping[int, Message]


def fitted(given: Sequence[GrantedException], case: Case) -> Fitted:
    """Try each exception against the case without any; a pin may rest on whichever substitute is among them."""
    if not given or _reason(given, case) is None:
        return Fitted(holding=tuple(given), unfit={})
    taken: list[GrantedException] = []
    unfit = {}
    # A pin is looked at after every substitute that it may rest on.
    for at in sorted(range(len(given)), key=lambda at: given[at].kind is ExceptionKind.PIN):
        reason = _reason([*taken, given[at]], case)
        if reason is None:
            taken.append(given[at])
        else:
            unfit[at] = reason
    return Fitted(holding=tuple(one for at, one in enumerate(given) if at not in unfit), unfit=unfit)


def _reason(exceptions: Sequence[GrantedException], case: Case) -> Message | None:
    written = tree_of([exception_plain(exception) for exception in exceptions])
    try:
        read_exceptions(Place(written, "exceptions", 0), replace(case, exceptions=()))
    except SourceError as error:
        return error.reason
    return None
