"""When is what is taken taken? Rooms of the terms, one place at a time, stays, and what comes before what."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm

from dualdegree.core.audit.plan.program.choice import OfferChoice
from dualdegree.core.audit.plan.program.rows import Row
from dualdegree.core.audit.plan.program.work import in_whole, work_of
from dualdegree.core.audit.plan.question import Offered, Room


def keep_time(choice: OfferChoice, reached: Mapping[int, int]) -> None:
    """Keep to the rooms of the terms, to one place in each, and to what comes before what."""
    _fill_no_term_above(choice, reached)
    _be_in_one_place(choice)
    _keep_order(choice)


def reach_in_order(choice: OfferChoice) -> dict[int, int]:
    """Term but the first → a column that is 1 where something is taken in it or later."""
    ends = {start + group.like.spans - 1 for group, c in zip(choice.groups, choice.when, strict=True) for start in c}
    reached = {term: choice.rows.column() for term in range(min(ends, default=0) + 1, max(ends, default=0) + 1)}
    for before, after in pairwise(reached.values()):
        choice.rows.add(None, 0, {after: 1, before: -1})
    for group, columns in zip(choice.groups, choice.when, strict=True):
        for start in columns:
            end = start + group.like.spans - 1
            if end in reached:
                from_then = {column: 1 for other, column in columns.items() if other >= start}
                choice.rows.add(None, 0, {**from_then, reached[end]: -len(group.offers)})
    return reached


def _fill_no_term_above(choice: OfferChoice, reached: Mapping[int, int]) -> None:
    for room in choice.question.rooms:
        running = {
            at: columns
            for at, columns in choice.running(room.term).items()
            if room.institution in {None, choice.groups[at].like.institution}
        }
        if room.by_courses:
            load, most = {column: 1 for columns in running.values() for column in columns}, int(room.left)
        else:
            load, most = _load(choice, running, room)
        if room.term in reached:
            # Nothing fits into a term that is not reached: this says no more, but bounds the end better.
            choice.rows.add(None, 0, {**load, reached[room.term]: -most})
        elif load:
            choice.rows.add(None, most, load)


def _load(choice: OfferChoice, running: Mapping[int, Sequence[int]], room: Room) -> tuple[Row, int]:
    if not running:
        return {}, 0
    shares = {at: Fraction(choice.groups[at].like.ects) / choice.groups[at].like.spans for at in running}
    done = {work: Fraction(ects) for work, ects in choice.question.done.items()}
    scale = lcm(*(share.denominator for share in (*shares.values(), *done.values(), room.left)))
    step = gcd(*(int(share * scale) for share in (*shares.values(), *done.values()))) or 1
    size = {at: int(share * scale) // step for at, share in shares.items()}
    row = work_of(choice, running, size, {work: int(ects * scale) // step for work, ects in done.items()})
    return row, int(room.left * scale) // step


def _be_in_one_place(choice: OfferChoice) -> None:
    """Take courses of one place in each term, and be at one of the stays in its terms."""
    at_stay = {term for _, terms in choice.question.stays for term in terms}
    here: dict[tuple[int, str], int] = {}
    for term in sorted({*choice.question.places, *at_stay}):
        running = choice.running(term)
        places = sorted({choice.groups[at].like.institution for at in running if not choice.groups[at].like.remote})
        here |= {(term, place): choice.rows.column() for place in places}
        if term in choice.question.places:
            choice.rows.add(None, 1, {here[term, place]: 1 for place in places})
        for at, columns in running.items():
            if not choice.groups[at].like.remote:
                column = here[term, choice.groups[at].like.institution]
                choice.rows.add(None, 0, {**dict.fromkeys(columns, 1), column: -len(choice.groups[at].offers)})
    chosen = [choice.rows.column() for _ in choice.question.stays]
    if chosen:
        choice.rows.add(1, 1, dict.fromkeys(chosen, 1))
    for stay, (institution, terms) in zip(chosen, choice.question.stays, strict=True):
        for (term, place), column in here.items():
            if term in terms and place != institution:
                choice.rows.add(None, 1, {stay: 1, column: 1})


def _keep_order(choice: OfferChoice) -> None:
    """Begin nothing before what it needs is over, what it goes together with begun, and enough work done."""
    for offer in choice.offers.values():
        for courses, since in offer.needs:
            _follow(choice, offer, courses, since, is_over=True)
        for courses, since in offer.beside:
            _follow(choice, offer, courses, since, is_over=False)
        if offer.after is not None:
            _come_after(choice, offer, offer.after)


def _follow(choice: OfferChoice, offer: Offered, courses: Sequence[str], since: int | None, *, is_over: bool) -> None:
    own = choice.when[choice.group_of[offer.id]]
    for start in own:
        if since is not None and (since < start or (not is_over and since == start)):
            continue
        earlier = {
            column: -1
            for other in courses
            if other in choice.group_of
            for begun, column in choice.when[choice.group_of[other]].items()
            if (begun + choice.offers[other].spans <= start if is_over else begun <= start)
        }
        # Whatever of it begins up to this term follows what has come before this term.
        choice.rows.add(None, 0, {**{column: 1 for begun, column in own.items() if begun <= start}, **earlier})


def _come_after(choice: OfferChoice, offer: Offered, needed: Decimal) -> None:
    for start, column in choice.when[choice.group_of[offer.id]].items():
        missing = needed - choice.question.before[start]
        if missing <= 0:
            continue
        over = {
            at: [c for begun, c in columns.items() if begun + choice.groups[at].like.spans <= start]
            for at, columns in enumerate(choice.when)
        }
        sizes = {at: choice.groups[at].like.ects for at, columns in over.items() if columns}
        whole = in_whole([*sizes.values(), missing, *choice.question.done.values()])
        row: Row = {}
        works: dict[str, Row] = {}
        for at in sizes:
            like = choice.groups[at].like
            if like.work:
                # Of one work only one counts, with what it is more than what is on record.
                counts = choice.rows.column()
                choice.rows.add(None, 0, {counts: 1, **dict.fromkeys(over[at], -1)})
                works.setdefault(like.work, {})[counts] = 1
                row[counts] = max(0, whole(like.ects) - whole(choice.question.done.get(like.work, Decimal(0))))
            else:
                row |= dict.fromkeys(over[at], whole(like.ects))
        for counts_of_work in works.values():
            choice.rows.add(None, 1, counts_of_work)
        choice.rows.add(0, None, {**row, column: -whole(missing)})
