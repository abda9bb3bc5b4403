"""Which enterprises, mentors and placements does the demonstration hold, taken as far as its scenario says?"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from dualdegree import stakes
from dualdegree.cli.demonstration.loading import Loading
from dualdegree.core.policy import Actor
from dualdegree.core.training.checklist import TICKS, ChecklistItem, months, weeks
from dualdegree.core.training.evaluation import PanelMember
from dualdegree.core.training.parties import TrainingParty
from dualdegree.training.enterprises import service as enterprises
from dualdegree.training.enterprises.models import Enterprise, TrainingAgreement
from dualdegree.training.enterprises.service import AgreementFacts, EnterpriseFacts
from dualdegree.training.mentors import inviting
from dualdegree.training.mentors import service as mentors
from dualdegree.training.mentors.models import Mentor, MentorKind
from dualdegree.training.mentors.service import AppointmentFacts, MentorFacts
from dualdegree.training.placements import certifying, evaluating, planning, writing
from dualdegree.training.placements.evaluating import GivenEvaluation
from dualdegree.training.placements.models import Placement
from dualdegree.training.placements.planning import PlacementPlan, SidePlan
from dualdegree.training.placements.standing import profiles, training_at


def add_enterprise(loading: Loading, entry: Mapping[str, Any]) -> None:
    """An enterprise on an institution's list, with the agreements that were signed with it."""
    keeper = loading.registrar(entry["institution"])
    facts = EnterpriseFacts(
        names=entry["names"], country=entry["country"], identifier=entry["identifier"], place=entry["place"]
    )
    row = enterprises.save_enterprise(loading.session, keeper, entry["institution"], facts, at=loading.at)
    for agreed in entry["agreements"]:
        signed = AgreementFacts(
            reference=agreed["reference"],
            signed_on=agreed["signed_on"],
            valid_from=agreed["from"],
            valid_until=agreed["until"],
            areas=tuple(agreed["areas"]),
            partner=agreed.get("partner"),
        )
        where = agreed["institution"]
        enterprises.save_agreement(loading.session, loading.registrar(where), where, row, signed, at=loading.at)


def add_mentor(loading: Loading, entry: Mapping[str, Any]) -> None:
    """A mentor with an appointment; one without an account is invited."""
    where = entry["institution"]
    keeper, session, at = loading.registrar(where), loading.session, loading.at
    identifier = entry.get("enterprise")
    facts = MentorFacts(
        kind=MentorKind.ENTERPRISE if identifier else MentorKind.UNIVERSITY,
        name=entry["name"],
        email=entry["email"],
        qualification=entry["qualification"],
        enterprise=_enterprise(loading, identifier) if identifier else None,
    )
    mentor = mentors.save_mentor(session, keeper, where, facts, at=at)
    appointed = AppointmentFacts(first=entry["from"], last=entry["until"], decided_by=entry["decided_by"])
    mentors.appoint(session, keeper, mentor, appointed, at=at)
    if mentor.person_id is None:
        inviting.invite(session, keeper, mentor, at)


def place(loading: Loading, entry: Mapping[str, Any]) -> None:
    """A placement, planned, approved, written about, evaluated and certified as far as the entry says."""
    session, at, student = loading.session, loading.at, loading.student(entry["student"])
    sides = {
        where: SidePlan(mentor=_mentor(loading, side["mentor"]), course=side.get("course", ""))
        for where, side in entry["sides"].items()
    }
    wanted = PlacementPlan(
        enterprise=_enterprise(loading, entry["enterprise"]),
        agreement=session.scalars(
            sa.select(TrainingAgreement).where(TrainingAgreement.reference == entry["agreement"])
        ).one(),
        mentor=_mentor(loading, entry["mentor"]),
        plan=entry["plan"],
        objectives=entry["objectives"],
        place=entry["place"],
        starts_on=entry["from"],
        ends_on=entry["until"],
        weekly_hours=Decimal(entry["weekly_hours"]),
        hours=Decimal(entry["hours"]),
        sides=sides,
        paid=entry.get("paid", False),
        dual=entry.get("dual", False),
    )
    planner = loading.registrar(min(sides))
    row = planning.plan(session, planner, student, wanted, at=at)
    for email in entry.get("approved_by", ()):
        planning.approve(session, loading.person(email), row, seen=None, at=at)
    _write(loading, row, entry.get("writings", {}))
    for where, given in entry.get("evaluations", {}).items():
        _tick(loading, row, where)
        for evaluation in given:
            _evaluate(loading, row, where, evaluation)
    for where in entry.get("certified", ()):
        at_stake = stakes.at_stake(session, [row.student_id])
        certifying.certify(session, loading.registrar(where), row, where, confirmed=stakes.digest_of(at_stake), at=at)


def _enterprise(loading: Loading, identifier: str) -> Enterprise:
    return loading.session.scalars(sa.select(Enterprise).where(Enterprise.identifier == identifier)).one()


def _mentor(loading: Loading, email: str) -> Mentor:
    return loading.session.scalars(sa.select(Mentor).where(Mentor.email == email)).one()


def _write(loading: Loading, row: Placement, entry: Mapping[str, Any]) -> None:
    """The log of every week up to a day, the reports up to a month, and what the mentors read of them."""
    if not entry:
        return
    student, session, at = loading.owner(row.student), loading.session, loading.at
    last: dt.date = min(entry.get("until", row.ends_on), at.date())
    for week, day in weeks(row.period):
        if day <= last:
            writing.write(session, student, row, "log", week, words=entry["log"], at=at)
    readers = [loading.person(email) for email in entry.get("read_by", ())]
    for month, day in months(row.period):
        if day <= last:
            writing.write(session, student, row, "report", month, words=entry["report"], at=at)
            for reader in readers:
                writing.read(session, reader, row, "read", month, words="", at=at)
    for kind in ("mid_term", "summary"):
        if kind in entry:
            writing.write(session, student, row, kind, "", words=entry[kind], at=at)
    for email, words in entry.get("opinions", {}).items():
        writing.read(session, loading.person(email), row, "opinion", "", words=words, at=at)


def _tick(loading: Loading, row: Placement, where: str) -> None:
    """Every formality that the institution asks for; what is due after the end is done today."""
    training = training_at(profiles(loading.session, [where])[where])
    for rule in training.checklist:
        if rule.item in TICKS:
            on = loading.at.date() if rule.item is ChecklistItem.NOTICE else row.starts_on
            writing.tick(loading.session, loading.registrar(where), row, where, item=rule.item, on=on, at=loading.at)


def _evaluate(loading: Loading, row: Placement, where: str, entry: Mapping[str, Any]) -> None:
    party = TrainingParty(entry["party"])
    by: Actor = loading.person(entry["by"])
    members = [
        PanelMember(name=name, from_enterprise=outside)
        for names, outside in ((entry.get("outside", ()), True), (entry.get("inside", ()), False))
        for name in names
    ]
    given = GivenEvaluation(
        institution=where, party=party, values=entry["values"], words=entry.get("words", ""), members=tuple(members)
    )
    evaluating.evaluate(loading.session, by, row, given, at=loading.at)
