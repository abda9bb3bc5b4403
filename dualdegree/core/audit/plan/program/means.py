"""How does a plan reach a mean? Nothing that enters below it is not made up for by something above."""

from dualdegree.core.audit.plan.program.choice import OfferChoice
from dualdegree.core.audit.plan.program.rows import Row


def reach_mean(choice: OfferChoice, demand: int, active: int | None) -> bool:
    """Reach a mean, where the demand stands for one: nothing below it that is not made up for above."""
    mean = choice.question.means.get(demand)
    if mean is None or choice.rows.may_lack:
        return mean is not None
    sum_, entering, constant, known = Row(), Row(), 0, 0
    for piece, amount in mean.enters.items():
        needed = choice.question.rests_on[piece]
        if mean.placed:
            present = choice.rows.giving(piece, demand)
        elif needed is None:
            constant, known = constant + amount, known + 1
            continue
        else:
            present = {choice.exists[needed]: 1} if needed in choice.exists else choice.taken_of(needed)
        for column in present:
            # What is alike has one column, and enters with the same amount.
            sum_[column], entering[column] = amount, 1
    least = constant + sum(min(0, amount) * choice.rows.uppers[column] for column, amount in sum_.items())
    if active is None:
        choice.rows.add(-constant, None, sum_)
        choice.rows.add(1 - min(known, 1), None, entering)
    else:
        choice.rows.add(min(least, 0) - constant, None, {**sum_, active: min(least, 0)})
        choice.rows.add(-min(known, 1), None, {**entering, active: -1})
    return True
