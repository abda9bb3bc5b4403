"""Which recorded exceptions can a case state? One whose node or item is gone is named with the reason, never lost."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dualdegree.core.audit.decisions import read_exceptions
from dualdegree.core.audit.facts import Case, ExceptionKind, GrantedException
from dualdegree.core.audit.tree import Place, SourceError
from dualdegree.core.audit.writing import exception_plain, tree_of
from dualdegree.core.text import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The exceptions that hold for a case, in the order given, and those that cannot, each with the reason."""

    holding: tuple[GrantedException, ...]
    unfit: tuple[tuple[GrantedException, Message], ...]


def fitted(exceptions: Iterable[GrantedException], case: Case) -> Fitted:
    """Try each exception against the case; a pin may rest on any substitute among them."""
    given = tuple(exceptions)
    bare = replace(case, exceptions=())
    if _reason(given, bare) is None:
        return Fitted(holding=given, unfit=())
    taken: tuple[GrantedException, ...] = ()
    unfit = {}
    # A pin is looked at after every substitute that it may rest on.
    for exception in sorted(given, key=lambda one: one.kind is ExceptionKind.PIN):
        reason = _reason((*taken, exception), bare)
        if reason is None:
            taken = (*taken, exception)
        else:
            unfit[id(exception)] = reason
    return Fitted(
        holding=tuple(one for one in given if id(one) not in unfit),
        unfit=tuple((one, unfit[id(one)]) for one in given if id(one) in unfit),
    )


def _reason(exceptions: tuple[GrantedException, ...], bare: Case) -> Message | None:
    written = [exception_plain(exception) for exception in exceptions]
    try:
        read_exceptions(Place(tree_of(list(written)), "exceptions", 0), bare)
    except SourceError as error:
        return error.reason
    return None
