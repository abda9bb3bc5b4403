"""How are courses, groups, credits and grades of a request or a stay entered, and what was entered?"""

from collections.abc import Iterable
from decimal import Decimal

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from dualdegree.core.credit import NotADecimal, credits_of, decimal
from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.requests.wanted import Wish, group_title
from dualdegree.web.language import i18n


class Ticks(SelectMultipleField):
    """Several of a list, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def courses_of(curriculum: Curriculum) -> list[tuple[str, str]]:
    """A curriculum's courses to choose among."""
    return [
        (code, f"{i18n.say(course.title)} ({code}): {i18n.figure(course.credits)}")
        for code, course in curriculum.courses.items()
    ]


def groups_of(curriculum: Curriculum) -> list[tuple[str, str]]:
    """A curriculum's groups to choose among, first none."""
    tags = dict.fromkeys(tag for course in curriculum.courses.values() for tag in course.tags)
    return [("", i18n.say(Message("none"))), *((tag, i18n.say(group_title(tag, curriculum))) for tag in tags)]


def wishes_in(courses: Iterable[str] | None, group: str | None, size: str | None, home: Curriculum) -> tuple[Wish, ...]:
    """What was chosen; raises ``Refusal`` for credits without a group, or without a figure."""
    wishes = [
        Wish(course=code, tag=None, credits=home.courses[code].credits if code in home.courses else Decimal(0))
        for code in courses or ()
    ]
    if group:
        wishes.append(Wish(course=None, tag=group, credits=credits_in(size)))
    elif (size or "").strip():
        words = {"text": size}
        raise Refusal("Choose the group that the %(text)s credits are of, or empty their number.", words, about="group")
    return tuple(wishes)


def credits_in(text: str | None) -> Decimal:
    """The credits that were written; raises ``Refusal``."""
    written = (text or "").strip()
    if not written:
        raise Refusal("Say how many credits, in digits such as 4.5.")
    try:
        return credits_of(written.replace(",", "."))
    except NotADecimal:
        words = {"text": written[:80]}
        raise Refusal('"%(text)s" is not a number of credits; write digits such as 4.5.', words) from None


def grade_in(text: str | None) -> Decimal | None:
    """The grade that was written, if any; raises ``Refusal``."""
    written = (text or "").strip()
    if not written:
        return None
    try:
        return decimal(written.replace(",", "."))
    except NotADecimal:
        raise Refusal('"%(text)s" is not a grade; write digits such as 7.5.', {"text": written[:80]}) from None
