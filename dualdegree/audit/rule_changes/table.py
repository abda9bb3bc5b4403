"""How is the effect of other rules written as a table? One line for each degree of a student that changes."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from dualdegree.audit.rule_changes.effects import RuleEffect
from dualdegree.core.audit.explain.compare import DegreeCompared
from dualdegree.core.text import InstitutionName, Message, Text

HEAD = (
    Message("Student numbers"),
    Message("Name"),
    Message("Degree"),
    Message("Before"),
    Message("After"),
    Message("Counted before"),
    Message("Counted after"),
    Message("Why"),
)
MET, NOT_MET = Message("met"), Message("not met")

Say = Callable[[Message | Text], str]


def lines(effects: Iterable[RuleEffect], say: Say) -> Iterator[Sequence[str]]:
    """The head and then the lines; ``say`` puts messages into the reader's words."""
    yield [say(word) for word in HEAD]
    for effect in effects:
        for degree in effect.comparison.degrees:
            if degree.changed:
                yield _line(effect, degree, say)


def _line(effect: RuleEffect, degree: DegreeCompared, say: Say) -> Sequence[str]:
    where = InstitutionName(degree.institution)
    return [
        " / ".join(effect.numbers.values()),
        say(effect.name),
        say(Message("%(degree)s, %(institution)s", {"degree": degree.title, "institution": where})),
        say(MET if degree.before.met else NOT_MET),
        say(MET if degree.after.met else NOT_MET),
        say(degree.before.counted.words),
        say(degree.after.counted.words),
        " ".join(say(reason) for reason in degree.why),
    ]
