"""Which pieces does their leaf not need? They are released to the free pool, the last id first."""

from dualdegree.core.audit.problem import Choice, Option, Problem


def released(problem: Problem, choice: Choice) -> tuple[int, ...]:
    """The choice without surplus: a piece goes free when all that it served stays filled and it moves no more.

    This closes step 5. Steps 1 to 4 stay as they are: what is free still counts, and nothing filled is opened.
    """
    spare = _spare(problem, choice)
    kept = list(choice)
    for position in range(len(kept) - 1, -1, -1):
        piece = problem.pieces[position]
        option = piece.options[kept[position]]
        if piece.free is None or option.place >= piece.options[piece.free].place:
            continue
        loses = _loses(option, piece.options[piece.free])
        if piece.options[piece.free].moved <= option.moved and all(spare[d] >= amount for d, amount in loses):
            for demand, amount in loses:
                spare[demand] -= amount
            kept[position] = piece.free
    return tuple(kept)


def _spare(problem: Problem, choice: Choice) -> list[int]:
    spare = [-demand.need for demand in problem.demands]
    for piece, index in zip(problem.pieces, choice, strict=True):
        for demand, amount in piece.options[index].gives:
            spare[demand] += amount
    return spare


def _loses(option: Option, free: Option) -> list[tuple[int, int]]:
    keeps = {demand for demand, _ in free.gives}
    return [(demand, amount) for demand, amount in option.gives if demand not in keeps]
