"""How much do both degrees count of one work? No more together than the agreement allows."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from dualdegree.core.audit.plan.program.choice import OfferChoice
from dualdegree.core.audit.plan.program.kinds import OfferKind
from dualdegree.core.audit.plan.program.rows import Row
from dualdegree.core.audit.plan.program.work import in_whole


def share_no_more(choice: OfferChoice) -> None:
    """Keep the limit of what both degrees may count; a work is as large as the largest of what is taken of it."""
    limit = choice.question.shared_limit
    if limit is None:
        return
    works, own = choice.question.problem.works, choice.question.shared
    of_kind = {kind.work: kind for kind in choice.kinds if kind.work is not None and own[kind.work].on_record is None}
    alike = {at for kind in of_kind.values() for at in _works_like(choice, kind)}
    sizes = [size for part in own for size in (part.on_record or limit, *part.offers.values())]
    whole, shared = in_whole([*sizes, limit]), Row()
    for at, (work, part) in enumerate(zip(works, own, strict=True)):
        if at in of_kind and len(part.offers) == 1:
            column = choice.rows.share(work, choice.taken(of_kind[at]))
            shared[column] = whole(next(iter(part.offers.values())))
        elif at not in alike:
            column = choice.rows.share(work, {})
            shared.update(_steps(choice, column, part.on_record, part.offers, whole))
    choice.rows.add(None, whole(limit), shared)


def _works_like(choice: OfferChoice, kind: OfferKind) -> Iterator[int]:
    """The works of a kind but for its first, which stands for them."""
    native = {piece: at for at, work in enumerate(choice.question.problem.works) for s in work.native for piece in s}
    for pieces in kind.pieces:
        for piece in pieces:
            if piece in native and native[piece] != kind.work:
                yield native[piece]


def _steps(
    choice: OfferChoice,
    column: int,
    on_record: Decimal | None,
    offers: Mapping[str, Decimal],
    whole: Callable[[Decimal], int],
) -> Row:
    """How much is shared where the column is 1: what is on record, or as much more as is taken of it."""
    present = {offer: size for offer, size in offers.items() if offer in choice.group_of}
    before = on_record if on_record is not None else min(present.values(), default=Decimal(0))
    row = {column: whole(before)}
    for step in sorted({size for size in present.values() if size > before}):
        more = choice.rows.column()
        row[more] = whole(step) - whole(before)
        for offer in (offer for offer, size in present.items() if size >= step):
            choice.rows.add(None, 1, {column: 1, **dict.fromkeys(choice.columns(offer), 1), more: -1})
        before = step
    return row
