"""Which thesis is it, which rules bind it, how far has it come, and who can sign for whom?"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person, RoleHeld
from dualdegree.core.policy import Role
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.core.text import Text
from dualdegree.core.training.progress import HeldDefence, ThesisStage, stage_at, stage_of
from dualdegree.core.training.theses import StageGate, ThesisRules, gates_of, missing, next_gate
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import day_at, profile_of
from dualdegree.records.models import Student
from dualdegree.training.theses.models import Thesis, ThesisDefence


@dataclass(frozen=True, slots=True, kw_only=True)
class ThesisStanding:
    """How far a thesis has come: for each degree, for both, and at which gate, signed next by which parties."""

    rules: Mapping[str, ThesisRules]
    gates: tuple[StageGate, ...]
    stages: Mapping[str, ThesisStage]
    gate: StageGate | None
    awaits: tuple[str, ...]

    @property
    def stage(self) -> ThesisStage:
        """How far it has come for all degrees together."""
        return stage_of(self.stages.values())


def rules_of(session: orm.Session, student: Student) -> tuple[ThesisRules, ...]:
    """What the institutions at which the student is enrolled ask of a thesis, in the order of their ids."""
    return rules_at(session, [side.institution_id for side in student.enrolments])


def rules_at(session: orm.Session, institutions: Iterable[str]) -> tuple[ThesisRules, ...]:
    """What these institutions ask of a thesis; those whose profile says nothing are left out."""
    query = sa.select(Institution).where(Institution.id.in_(sorted(set(institutions)))).order_by(Institution.id)
    known = (profile_of(institution).theses for institution in session.scalars(query) if institution.profile)
    return tuple(rules for rules in known if rules is not None)


def rules_for(session: orm.Session, institution: str) -> ThesisRules:
    """What one institution asks; raises ``Refusal`` where its profile does not say."""
    rules = rules_at(session, [institution])
    if not rules:
        raise Refusal(
            "The profile of your institution does not say what it asks of a thesis; a registrar can add that."
        )
    return rules[0]


def thesis_of(session: orm.Session, thesis_id: int) -> Thesis:
    """The thesis; raises ``Absent``."""
    thesis = session.get(Thesis, thesis_id)
    if thesis is None:
        raise Absent("There is no such thesis.")
    return thesis


def defence_of(session: orm.Session, defence_id: int) -> ThesisDefence:
    """The defence; raises ``Absent``."""
    defence = session.get(ThesisDefence, defence_id)
    if defence is None:
        raise Absent("There is no such defence.")
    return defence


def theses_of(session: orm.Session, student: Student) -> Sequence[Thesis]:
    """The student's theses, the present one first, then those that were withdrawn."""
    return session.scalars(sa.select(Thesis).where(Thesis.student_id == student.id).order_by(Thesis.time.desc())).all()


def present(session: orm.Session, student: Student) -> Thesis | None:
    """The thesis that the student writes or has written, if any."""
    return next((thesis for thesis in theses_of(session, student) if thesis.withdrawn_at is None), None)


def standing(session: orm.Session, thesis: Thesis) -> ThesisStanding:
    """How far the thesis has come, by the rules as they are today."""
    return standing_by(thesis, rules_of(session, thesis.student))


def standing_by(thesis: Thesis, rules: Sequence[ThesisRules]) -> ThesisStanding:
    """The same by rules that are known already."""
    gates, standings = gates_of(thesis.kind, rules), thesis.standings()
    reviews = [review.as_core() for review in thesis.reviews]
    stages = {
        side.institution: stage_at(side, gates, standings, reviews, held_at(thesis, side.institution)) for side in rules
    }
    gate = next_gate(gates, standings)
    known = standings.get(gate.id) if gate else None
    waits = missing(gate, known) if gate and known and known.handed_in and thesis.withdrawn_at is None else ()
    return ThesisStanding(
        rules={side.institution: side for side in rules}, gates=gates, stages=stages, gate=gate, awaits=waits
    )


def held_at(thesis: Thesis, institution: str) -> tuple[HeldDefence, ...]:
    """The defences that served the degree of one institution, oldest first."""
    return tuple(
        HeldDefence(
            on=defence.on,
            outcome=defence.outcome_at(institution),
            corrected=defence.corrected_on is not None,
            entered=institution in defence.entered,
        )
        for defence in thesis.held_for(institution)
    )


def candidates(session: orm.Session, institutions: Iterable[str]) -> Mapping[str, Mapping[int, str]]:
    """Who can supervise at each institution: its advisors, by id, in the order of their names."""
    wanted = sorted(set(institutions))
    query = (
        sa.select(RoleHeld.institution_id, Person.id, Person.name)
        .join(RoleHeld.person)
        .where(RoleHeld.role == Role.ADVISOR.value, RoleHeld.institution_id.in_(wanted), Person.active.is_(True))
        .order_by(RoleHeld.institution_id, Person.name, Person.id)
    )
    known: dict[str, dict[int, str]] = {institution: {} for institution in wanted}
    for row in session.execute(query):
        known[row.institution_id][row.id] = row.name
    return known


def kind_title(thesis: Thesis, rules: Iterable[ThesisRules]) -> Text:
    """What the institutions call this kind of thesis."""
    return next((side.kinds[thesis.kind] for side in rules if thesis.kind in side.kinds), {"en": thesis.kind})


def latest_day(session: orm.Session, thesis: Thesis, at: dt.datetime) -> dt.date:
    """The latest day that it is at one of the institutions."""
    return max(day_at(session, institution, at) for institution in thesis.institutions)
