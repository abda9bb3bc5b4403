"""What would leaving a degree do to the other, to the recognitions between both, and to what is in work?"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.audit.comparing import Effect, compared
from dualdegree.audit.dossiers import Dossier, dossiers, with_left
from dualdegree.audit.service import Include, answers
from dualdegree.core.enrolment import AfterLeaving, Turn, after_leaving
from dualdegree.core.text import Text
from dualdegree.recognition.service import Given
from dualdegree.records.models import Enrolment, Student
from dualdegree.stakes import Stake


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedRecognition:
    """A recognition between both degrees, and what becomes of it when one of them is left."""

    into: str
    """The institution whose degree it counts in."""
    sources: tuple[Text | str, ...]
    targets: tuple[Text | str, ...]
    fate: AfterLeaving


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEffect:
    """What leaving a degree, or taking it up again, does: nothing of it is stored."""

    turn: Turn
    other: Effect | None
    """The degrees that are judged before and after; None where there is none, or none to compare with."""
    recognitions: tuple[AffectedRecognition, ...]
    stakes: tuple[Stake, ...]
    """Sign-offs and documents in force."""
    verdicts: tuple[Stake, ...]
    in_work: tuple[Stake, ...]
    """Requests and learning agreements that somebody is working on."""

    @property
    def leaves(self) -> bool:
        """Whether the degree is left, and not taken up again."""
        return self.turn is Turn.LEAVES

    @property
    def digest(self) -> str:
        """What the tick is bound to; "" where there is nothing to tick."""
        return stakes.digest_of(self.stakes)


def effect_of(session: orm.Session, enrolment: Enrolment, turn: Turn, at: dt.datetime) -> TurnEffect:
    """What it does that this degree is left, or taken up again."""
    student, where = enrolment.student, enrolment.institution_id
    leaves = turn is Turn.LEAVES
    held = dossiers(session, [student.id]).get(student.id)
    return TurnEffect(
        turn=turn,
        other=_other(session, held, where, at) if held and leaves else None,
        recognitions=affected(held, [where]) if held and leaves else (),
        stakes=stakes.at_stake(session, [student.id]),
        verdicts=stakes.verdicts_at_stake(session, [student.id]),
        in_work=stakes.work_at_stake(session, [student.id]),
    )


def _other(session: orm.Session, held: Dossier, where: str, at: dt.datetime) -> Effect | None:
    gone = {where, *(side.enrolment.institution_id for side in held.left)}
    after = with_left(held, gone)
    if after is None:
        return None
    before = answers(session, [held], Include.OFFICIAL, at)[held.student.id]
    return compared(before, after.case)


def of_left(session: orm.Session, student: Student) -> tuple[AffectedRecognition, ...]:
    """The recognitions that are affected by the degrees which the student has left already."""
    held = dossiers(session, [student.id]).get(student.id)
    return affected(held, [side.enrolment.institution_id for side in held.left]) if held and held.left else ()


def affected(held: Dossier, left: Sequence[str]) -> tuple[AffectedRecognition, ...]:
    """Every recognition from or into the degrees at these institutions, and what becomes of it, in its order."""
    whole = with_left(held, ())
    return tuple(_affected(whole, left)) if whole else ()


def _affected(whole: Dossier, left: Sequence[str]) -> Iterator[AffectedRecognition]:
    homes = {side.curriculum.degree.id: side.curriculum.institution for side in whole.sides}
    for given in whole.recognised.given:
        into = homes[given.degree]
        if into in left or any(source.institution in left for source in given.sources):
            yield AffectedRecognition(
                into=into,
                sources=tuple(source.title or source.course for source in given.sources),
                targets=_targets(given),
                fate=after_leaving(into_left=into in left, earned=given.earned),
            )


def _targets(given: Given) -> tuple[Text | str, ...]:
    return tuple(grant.title or grant.course or grant.id for grant in given.recognition.grants)
