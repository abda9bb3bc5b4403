"""Which pages take the steps of a thesis that a registrar takes, and the supervisor who confirms corrections?"""

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.policy import Actor, Permission
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.records.entered.service import MilestoneReached
from dualdegree.training.theses import reading
from dualdegree.training.theses.forms import (
    CorrectionsForm,
    EmbargoForm,
    ReviewForm,
    SupervisorsForm,
    ThesisEntryForm,
    ThesisReasonForm,
    supervisors_form,
)
from dualdegree.training.theses.mentors import mentors_of
from dualdegree.training.theses.minutes import defence_form
from dualdegree.training.theses.models import Thesis, ThesisDefence
from dualdegree.training.theses.presenting import STAGES
from dualdegree.training.theses.step_views import answer, seen, step_of
from dualdegree.training.theses.views import blueprint
from dualdegree.training.theses.workflow import defending, entering, proposing
from dualdegree.web import access
from dualdegree.web.forms.steps import Answer
from dualdegree.web.language.i18n import typed_figure

__all__ = ["blueprint"]


@step_of("/theses/<int:thesis_id>/supervisors", Permission.RECORD_DEFENCE, reading.thesis_of)
def supervisors(thesis: Thesis) -> Answer:
    """Name the supervisors anew."""
    session = db.session()
    known = reading.candidates(session, [side.institution for side in reading.rules_of(session, thesis.student)])
    chosen = {f"supervisor-{row.party}": str(row.person_id) for row in thesis.supervisors}
    form = supervisors_form(SupervisorsForm, known, mentors_of(session, thesis.student), seen(thesis, **chosen))

    def step(actor: Actor, at: dt.datetime) -> None:
        proposing.appoint(session, actor, thesis, form.supervisors, seen=form.seen, at=at)

    head = {"title": _("Change the supervisors"), "lead": _("What was signed stays signed."), "button": _("Save")}
    return answer(thesis, form, step, _("The supervisors are changed."), head)


@step_of("/theses/<int:thesis_id>/embargo", Permission.RECORD_DEFENCE, reading.thesis_of)
def embargo(thesis: Thesis) -> Answer:
    """Hold the text back, or lift that."""
    form = EmbargoForm(data=seen(thesis, until=thesis.embargo_until, reason=thesis.embargo_reason))

    def step(actor: Actor, at: dt.datetime) -> None:
        proposing.embargo(
            db.session(), actor, thesis,
            until=form.until.data, reason=form.reason.data or "", seen=form.seen, at=at,
        )  # fmt: skip

    lead = _("While an embargo holds, the text is not shown to the public; title, day and grade are.")
    head = {"title": _("Set or lift an embargo"), "lead": lead, "button": _("Save")}
    return answer(thesis, form, step, _("The embargo is saved."), head)


@step_of("/theses/<int:thesis_id>/review", Permission.RECORD_DEFENCE, reading.thesis_of)
def review(thesis: Thesis) -> Answer:
    """Enter a review."""
    form = ReviewForm(data=seen(thesis))
    form.offer()

    def step(actor: Actor, at: dt.datetime) -> None:
        defending.review(db.session(), actor, thesis, form.review(), seen=form.seen, at=at)

    lead = _("Reviews come before the defence; the institutions say how many there have to be.")
    head = {"title": _("Enter a review"), "lead": lead, "button": _("Enter the review")}
    return answer(thesis, form, step, _("The review is entered."), head)


@step_of("/theses/<int:thesis_id>/defence", Permission.RECORD_DEFENCE, reading.thesis_of)
def defend(thesis: Thesis) -> Answer:
    """Record a defence by the minute of its committee."""
    session, own = db.session(), access.signed_in().institution or ""
    every = reading.rules_of(session, thesis.student)
    served = defending.serves(every, own)
    sides = [side for side in every if side.institution in served]
    form = defence_form(sides, thesis.revision)

    def step(actor: Actor, at: dt.datetime) -> None:
        defending.record(session, actor, thesis, own, form.defence(), seen=form.seen, at=at)

    head = {
        "title": _("Record the defence"),
        "template": "theses/defence.html",
        "sides": sides,
        "names": names(session),
        "stages": STAGES,
    }
    return answer(thesis, form, step, _("The defence is recorded, and its result announced to the student."), head)


@step_of("/theses/defences/<int:defence_id>/corrections", Permission.SIGN_THESIS, reading.defence_of)
def corrected(defence: ThesisDefence) -> Answer:
    """Confirm that what the committee asked for is corrected."""
    form = CorrectionsForm(data=seen(defence.thesis))

    def step(actor: Actor, at: dt.datetime) -> None:
        day = form.on.data or dt.date.max
        defending.confirm_corrections(db.session(), actor, defence, on=day, seen=form.seen, at=at)

    head = {
        "title": _("Confirm the corrections"),
        "quote": defence.corrections,
        "button": _("Confirm the corrections"),
    }
    return answer(defence.thesis, form, step, _("The corrections are confirmed."), head)


@step_of("/theses/defences/<int:defence_id>/entry", Permission.RECORD_DEFENCE, reading.defence_of)
def enter(defence: ThesisDefence) -> Answer:
    """Let a passed defence count at the registrar's institution, with what that changes said first."""
    session, own, thesis = db.session(), access.signed_in().institution or "", defence.thesis
    form = ThesisEntryForm(data=seen(thesis, term=entering.term_of(defence.on)))

    def step(actor: Actor, at: dt.datetime) -> None:
        entering.count(session, actor, defence, own, term=(form.term.data or "").strip(), seen=form.seen, at=at)

    head = {
        "title": _("Enter it in the record"),
        "template": "theses/enter.html",
        "defence": defence,
        "yields": _yields(session, defence, own),
        "names": names(session),
        "own": own,
        **_at_stake(session, thesis),
    }
    return answer(thesis, form, step, _("Entered. Every audit counts it from now on."), head)


def _yields(session: orm.Session, defence: ThesisDefence, own: str) -> list[Message]:
    """What the defence yields at the institution, in words; why it yields nothing, where it cannot be entered."""
    rules = reading.rules_for(session, own)
    side = next((side for side in defence.thesis.student.enrolments if side.institution_id == own), None)
    if side is None:
        return []
    try:
        results = entering.results(session, side, rules, defence, entering.term_of(defence.on))
    except Refusal as refused:
        return [refused.message]
    return [
        Message("the milestone of the defence, on %(day)s", {"day": result.achieved_on})
        if isinstance(result, MilestoneReached)
        else Message(
            "the course %(course)s (%(code)s), with the grade %(grade)s",
            {"course": result.titles, "code": result.course, "grade": typed_figure(result.grade_as_given)},
        )
        for result in results
    ]


def _at_stake(session: orm.Session, thesis: Thesis) -> dict[str, object]:
    whose = [thesis.student_id]
    return {"stakes": stakes.at_stake(session, whose), "verdicts": stakes.verdicts_at_stake(session, whose)}


@step_of("/theses/defences/<int:defence_id>/removal", Permission.RECORD_DEFENCE, reading.defence_of)
def take_out(defence: ThesisDefence) -> Answer:
    """Take it out of the record of the registrar's institution."""
    session, own, thesis = db.session(), access.signed_in().institution or "", defence.thesis
    form = ThesisReasonForm(data=seen(thesis))

    def step(actor: Actor, at: dt.datetime) -> None:
        entering.discount(session, actor, defence, own, reason=form.reason.data or "", seen=form.seen, at=at)

    head = {
        "title": _("Take it out of the record"),
        "lead": _("What it yielded leaves the record; what the register itself says comes back."),
        "button": _("Take it out of the record"),
        **_at_stake(session, thesis),
    }
    return answer(thesis, form, step, _("It is taken out of the record."), head)
