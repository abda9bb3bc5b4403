"""Which pages show a placement to whom it concerns, and let each of them do their part?"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree.core.policy import Actor, Permission, Role, may
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.core.text import Message
from dualdegree.core.training.checklist import STATES, ChecklistItem
from dualdegree.core.training.parties import PARTIES, TrainingParty
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes.presenting import names
from dualdegree.programmes.service import institutions
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.service import people, student_of
from dualdegree.training.enterprises.models import TrainingAgreement
from dualdegree.training.mentors.service import mentors_at
from dualdegree.training.placements import certifying, evaluating, planning, presenting, writing
from dualdegree.training.placements.dual_route import dual_standings
from dualdegree.training.placements.forms import (
    CertifyForm,
    PlacementChoices,
    ReadForm,
    TickForm,
    WithdrawCertificateForm,
    WithdrawPlacementForm,
    WriteForm,
    given_form,
    placement_form,
)
from dualdegree.training.placements.models import Placement, PlacementSide
from dualdegree.training.placements.standing import (
    LOADED,
    PLACEMENT_STATES,
    SideStanding,
    placement_of,
    placements_at,
    placements_guided_by,
    placements_of,
    profiles,
    standings,
    state_of,
    training_at,
)
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form, SeenForm
from dualdegree.web.forms.steps import Answer, Done, HomePage, StepPage, step_page, taken
from dualdegree.web.language import i18n
from dualdegree.web.listing import part
from dualdegree.web.pages import About, page

blueprint = Blueprint("placements", __name__, template_folder="templates")

SentForm = TypeVar("SentForm", bound=Form)


@page(blueprint, "/placements", needs=Permission.SEE_PLACEMENTS, menu=(310, Message("Placements")))
def listed() -> str:
    """The placements that concern the reader: of the own institution, of one's students, or one's own."""
    session, actor = db.session(), access.signed_in()
    rows = part(session, _concerning(actor))
    return render_template("placements/placements.html", **_listed(session, rows.rows), part=rows, student=None)


def _concerning(actor: Actor) -> sa.Select[Placement]:
    """A registrar's are those of the institution; everybody else's those that name them."""
    registrars = actor.institutions(Role.REGISTRAR)
    if registrars:
        return placements_at(registrars[0])
    advised = sa.select(Enrolment.student_id).where(Enrolment.advisor_id == actor.person_id)
    own = sa.select(Student.id).where(Student.person_id == actor.person_id)
    students = sa.or_(Placement.student_id.in_(own), Placement.student_id.in_(advised))
    guided = placements_guided_by(actor.person_id).order_by(None).with_only_columns(Placement.id)
    query = sa.select(Placement).where(sa.or_(students, Placement.id.in_(guided)))
    return query.order_by(Placement.starts_on.desc(), Placement.id.desc()).options(*LOADED)


@page(blueprint, "/students/<int:student_id>/placements", needs=Permission.SEE_RECORD, about=student_of)
def of_student(student: Student) -> str:
    """A student's placements, and how their dual training stands."""
    session, actor = db.session(), access.signed_in()
    rows = session.scalars(placements_of(student.id)).unique().all()
    known = profiles(session, [side.institution_id for side in student.enrolments])
    return render_template(
        "placements/of_student.html",
        **_listed(session, rows),
        student=student,
        dual=dual_standings(session, student, rows, known),
        may_plan=may(actor, Permission.PLAN_PLACEMENT, student.policy_subject()),
    )


def _listed(session: orm.Session, rows: Any) -> dict[str, Any]:
    at, actor = now(), access.signed_in()
    known = standings(session, rows, at)
    return {
        "placements": rows,
        "standings": known,
        "states": {row.id: PLACEMENT_STATES[state_of(row, known[row.id], i18n.today(at))] for row in rows},
        "waiting": {row.id: _waiting(actor, row, known[row.id]) for row in rows},
        "names": names(session),
    }


def _waiting(actor: Actor, row: Placement, sides: Sequence[SideStanding]) -> tuple[object, ...]:
    """What waits for this reader in a placement, each thing once."""
    waiting = presenting.waits_for(actor, row, sides, i18n.today(now()))
    return tuple({line.rule.item: line.title for _side, line in waiting}.values())


@page(
    blueprint,
    "/students/<int:student_id>/placements/new",
    needs=Permission.PLAN_PLACEMENT,
    about=student_of,
    methods=("GET", "POST"),
)
def new(student: Student) -> Answer:
    """Plan a placement for a student."""
    return _plan_page(student, None)


@page(
    blueprint,
    "/placements/<int:placement_id>/plan",
    needs=Permission.PLAN_PLACEMENT,
    about=placement_of,
    methods=("GET", "POST"),
)
def edit(row: Placement) -> Answer:
    """Change the plan; whoever approved the old one is asked anew."""
    return _plan_page(row.student, row)


def _plan_page(student: Student, row: Placement | None) -> Answer:
    session, actor = db.session(), access.signed_in()
    offered = _offered(session, student)
    form = placement_form(offered, row, names(session))

    def step() -> Done:
        wanted = form.wanted(offered.agreements, offered.mentors)
        planned = planning.plan(session, actor, student, wanted, at=now(), placement=row, seen=form.seen)
        said = _("The placement is planned. It now waits for the approvals, in the order of each university.")
        return Done(said, _page_of(planned))

    def show() -> str:
        return render_template("placements/plan.html", form=form, student=student, placement=row, names=names(session))

    return taken(form, step, show)


def _offered(session: orm.Session, student: Student) -> PlacementChoices:
    everybody = [row.id for row in institutions(session)]
    sides = [side.institution_id for side in student.enrolments]
    known = profiles(session, sides)
    agreements = sa.select(TrainingAgreement).options(orm.joinedload(TrainingAgreement.enterprise))
    binding = sa.or_(TrainingAgreement.institution_id.in_(sides), TrainingAgreement.partner_id.in_(sides))
    return PlacementChoices(
        session.scalars(agreements.where(binding).order_by(TrainingAgreement.reference, TrainingAgreement.id)).all(),
        mentors_at(session, everybody),
        {
            where: planning.courses_for(student, where, known[where])
            for where in sides
            if known[where].training is not None
        },
    )


def _page_of(row: Placement) -> str:
    return url_for("placements.placement", placement_id=row.id)


@page(blueprint, "/placements/<int:placement_id>", needs=Permission.SEE_PLACEMENT, about=placement_of)
def placement(row: Placement) -> str:
    """One placement: plan, both checklists, what was written, evaluations, certificates."""
    return _shown(row)


def _shown(row: Placement, sent: Form | None = None) -> str:
    session, actor, at = db.session(), access.signed_in(), now()
    subject, today = row.policy_subject(), i18n.today(at)
    sides = standings(session, [row], at)[row.id]
    registrars = [where for where in row.institutions if where in actor.institutions(Role.REGISTRAR)]
    return render_template(
        "placements/placement.html",
        placement=row,
        sides=sides,
        state=PLACEMENT_STATES[state_of(row, sides, today)],
        names=names(session),
        item_states=STATES,
        parties=PARTIES,
        by=people(session, [entry.person_id for entry in row.entries]),
        waiting=presenting.waits_for(actor, row, sides, today),
        writings=presenting.writings(row),
        may_approve=not row.withdrawn and presenting.may_approve(actor, row, sides),
        may_see_student=may(actor, Permission.SEE_RECORD, row.student.policy_subject()),
        may_plan=not row.withdrawn and may(actor, Permission.PLAN_PLACEMENT, subject),
        registrars=registrars,
        grading={
            side.side.institution_id: party
            for side in sides
            if (party := presenting.grading_part(actor, row, side.side.institution_id)) in side.training.forms
        },
        forms=_forms(row, actor, sides, sent),
        uncertify_form=sent if isinstance(sent, WithdrawCertificateForm) else WithdrawCertificateForm(formdata=None),
        events=history_lines(session, row.subject, registrars[0]) if registrars else (),
    )


def _forms(row: Placement, actor: Actor, sides: Any, sent: Form | None) -> dict[str, Form | None]:
    """The forms that this reader has on the page; the one that was refused as it was sent."""
    forms: dict[str, Form | None] = dict.fromkeys(("write", "read", "tick", "withdraw"))
    if row.withdrawn:
        return forms
    today, subject = i18n.today(now()), row.policy_subject()
    if may(actor, Permission.WRITE_PLACEMENT, subject):
        write_form = sent if isinstance(sent, WriteForm) else WriteForm(formdata=None)
        write_form.what.choices = [(value, i18n.say(words)) for value, words in presenting.to_write(row, today)]
        forms |= {"write": write_form} if write_form.what.choices else {}
    if may(actor, Permission.GUIDE_PLACEMENT, subject):
        read_form = sent if isinstance(sent, ReadForm) else ReadForm(formdata=None)
        read_form.what.choices = [(value, i18n.say(words)) for value, words in presenting.to_read(row, actor)]
        forms |= {"read": read_form} if read_form.what.choices else {}
    own = next((side for side in sides if side.side.institution_id in actor.institutions(Role.REGISTRAR)), None)
    if own is not None:
        tick_form = sent if isinstance(sent, TickForm) else TickForm(formdata=None)
        tick_form.offer([rule.item for rule in own.training.checklist])
        forms |= {"tick": tick_form} if tick_form.item.choices else {}
    if may(actor, Permission.PLAN_PLACEMENT, subject):
        seen = {"revision": str(row.revision)}
        anew = WithdrawPlacementForm(formdata=None, data=seen)
        forms["withdraw"] = sent if isinstance(sent, WithdrawPlacementForm) else anew
    return forms


ON_ITS_PAGE = HomePage(needs=Permission.SEE_PLACEMENT, about=placement_of, show=_shown)


def _step(action: str, needs: Permission, form: Callable[[], SentForm]) -> StepPage[SentForm]:
    url = f"/placements/<int:placement_id>/{action}"
    return step_page(blueprint, url, needs=needs, about=placement_of, on=ON_ITS_PAGE, form=form)


@_step("approve", Permission.SEE_PLACEMENT, SeenForm)
def approve(row: Placement, form: SeenForm) -> Done:
    """Approve the plan in every part in which it waits for the reader."""
    planning.approve(db.session(), access.signed_in(), row, seen=form.seen, at=now())
    return Done(_("You have approved the plan."), _page_of(row))


@_step("withdraw", Permission.PLAN_PLACEMENT, WithdrawPlacementForm)
def withdraw(row: Placement, form: WithdrawPlacementForm) -> Done:
    """Say that the placement does not take place."""
    reason = form.reason.data or ""
    planning.withdraw(db.session(), access.signed_in(), row, reason, seen=form.seen, at=now())
    return Done(_("The placement is withdrawn."), _page_of(row))


def _write_form() -> WriteForm:
    form = WriteForm()
    form.what.validate_choice = False
    return form


@_step("write", Permission.WRITE_PLACEMENT, _write_form)
def write(row: Placement, form: WriteForm) -> Done:
    """Write a log, a report or the summary."""
    kind, what = form.chosen()
    writing.write(db.session(), access.signed_in(), row, kind, what, words=form.words.data or "", at=now())
    return Done(_("It is written, and both mentors can read it."), _page_of(row))


def _read_form() -> ReadForm:
    form = ReadForm()
    form.what.validate_choice = False
    return form


@_step("read", Permission.GUIDE_PLACEMENT, _read_form)
def read(row: Placement, form: ReadForm) -> Done:
    """Note that a mentor has read a report, or give an opinion on the summary."""
    kind, what = form.chosen()
    if kind not in presenting.ANSWERS.values():
        raise Refusal("Choose what you have read.", about="what")
    writing.read(db.session(), access.signed_in(), row, kind, what, words=form.words.data or "", at=now())
    return Done(_("It is noted that you have read it."), _page_of(row))


def find_to_record(session: orm.Session, placement_id: int, institution_id: str) -> About:
    """What an institution makes of a placement, as its own registrars see it; raises ``Absent``."""
    row = placement_of(session, placement_id)
    side = row.side(institution_id)
    if side is None:
        raise Absent("The placement does not count at this institution.")
    return About(side, row.student.policy_subject().at(institution_id))


def _tick_form() -> TickForm:
    form = TickForm()
    form.item.validate_choice = False
    return form


@step_page(
    blueprint,
    "/placements/<int:placement_id>/sides/<institution_id>/tick",
    needs=Permission.CERTIFY_PLACEMENT,
    about=find_to_record,
    on=ON_ITS_PAGE,
    form=_tick_form,
)
def tick(side: PlacementSide, form: TickForm) -> Done:
    """Record a formality with its day."""
    if form.item.data not in set(ChecklistItem):
        raise Refusal("Choose what was done.", about="item")
    writing.tick(
        db.session(), access.signed_in(), side.placement, side.institution_id,
        item=ChecklistItem(form.item.data), on=form.on.data or dt.date.max, at=now(),
    )  # fmt: skip
    return Done(_("It is recorded with its day."), _page_of(side.placement))


def find_to_evaluate(session: orm.Session, placement_id: int, institution_id: str) -> About:
    """The same for those of its mentors who have a form there; raises ``Absent``."""
    side = find_to_record(session, placement_id, institution_id).thing
    row = side.placement
    forms = training_at(profiles(session, [institution_id])[institution_id]).forms
    at_enterprise = row.mentor.person_id if TrainingParty.ENTERPRISE_MENTOR in forms else None
    at_university = side.mentor.person_id if TrainingParty.UNIVERSITY_MENTOR in forms else None
    return About(side, row.student.policy_subject().guided_by(at_enterprise, at_university))


@page(
    blueprint,
    "/placements/<int:placement_id>/sides/<institution_id>/evaluation",
    needs=Permission.GUIDE_PLACEMENT,
    about=find_to_evaluate,
    methods=("GET", "POST"),
)
def evaluation(side: PlacementSide) -> Answer:
    """Evaluate the placement on the institution's form for one's own part."""
    party = presenting.grading_part(access.signed_in(), side.placement, side.institution_id)
    return _evaluation_page(side, party or TrainingParty.UNIVERSITY_MENTOR)


@page(
    blueprint,
    "/placements/<int:placement_id>/sides/<institution_id>/panel",
    needs=Permission.CERTIFY_PLACEMENT,
    about=find_to_record,
    methods=("GET", "POST"),
)
def panel(side: PlacementSide) -> Answer:
    """Write down what the institution's panel gave."""
    return _evaluation_page(side, TrainingParty.PANEL)


def _evaluation_page(side: PlacementSide, party: TrainingParty) -> Answer:
    session, row, institution = db.session(), side.placement, side.institution_id
    training = training_at(profiles(session, [institution])[institution])
    asked = training.forms.get(party)
    if asked is None:
        raise Refusal("The institution has no form for this evaluation.")
    form = given_form(asked, _held(row, institution, party), panel=party is TrainingParty.PANEL)

    def step() -> Done:
        given = form.given(institution, party)
        evaluating.evaluate(session, access.signed_in(), row, given, at=now())
        return Done(_("The evaluation is kept, and whom it concerns is told."), _page_of(row))

    def show() -> str:
        return render_template(
            "placements/evaluate.html",
            form=form,
            asked=asked,
            placement=row,
            party=PARTIES[party],
            lawful=party is training.lawful,
            grader=PARTIES[training.lawful],
            names=names(session),
            institution=institution,
        )

    return taken(form, step, show)


def _held(row: Placement, institution: str, party: TrainingParty) -> dict[str, Any]:
    for entry in row.entries:
        if (entry.kind, entry.institution_id, entry.party) == ("evaluation", institution, party):
            return {**entry.content, "words": entry.words}
    return {}


@page(
    blueprint,
    "/placements/<int:placement_id>/sides/<institution_id>/certify",
    needs=Permission.CERTIFY_PLACEMENT,
    about=find_to_record,
    methods=("GET", "POST"),
)
def certify(side: PlacementSide) -> Answer:
    """See what a certificate lets into the record and what it touches; then certify."""
    session, row, form = db.session(), side.placement, CertifyForm()

    def step() -> Done:
        try:
            certifying.certify(session, access.signed_in(), row, side.institution_id, confirmed=form.digest(), at=now())
        except certifying.Unread as refused:
            refused.about = "confirmed"
            raise
        return Done(_("The placement is certified, and what it yields is in the record."), _page_of(row))

    def show() -> str:
        wanted, refused = _certificate(session, side)
        return render_template(
            "placements/certify.html",
            form=form,
            placement=row,
            side=side,
            wanted=wanted,
            refused=refused,
            verdicts=certifying.verdicts_touched(session, row) if wanted else (),
            names=names(session),
        )

    return taken(form, step, show)


def _certificate(session: orm.Session, side: PlacementSide) -> tuple[certifying.Certificate | None, Message | None]:
    if side.is_certified:
        return None, Message("This placement is certified already; its certificate is on this page.")
    try:
        return certifying.certificate_of(session, side.placement, side.institution_id, at=now()), None
    except Refusal as refused:
        return None, refused.message


@step_page(
    blueprint,
    "/placements/<int:placement_id>/sides/<institution_id>/uncertify",
    needs=Permission.CERTIFY_PLACEMENT,
    about=find_to_record,
    on=ON_ITS_PAGE,
    form=WithdrawCertificateForm,
)
def uncertify(side: PlacementSide, form: WithdrawCertificateForm) -> Done:
    """Take a certificate back, and with it what it let into the record."""
    certifying.withdraw_certificate(
        db.session(), access.signed_in(), side.placement, side.institution_id, form.reason.data or "", at=now()
    )
    return Done(
        _("The certificate is withdrawn, and what it let into the record is out of it."), _page_of(side.placement)
    )


def find_certificate(session: orm.Session, placement_id: int, institution_id: str) -> About:
    """A side that is certified, for all whom the placement concerns; raises ``Absent``."""
    side = find_to_record(session, placement_id, institution_id).thing
    if not side.is_certified:
        raise Absent("Nothing is certified here yet.")
    return About(side, side.placement.policy_subject())


@page(
    blueprint,
    "/placements/<int:placement_id>/sides/<institution_id>/certificate",
    needs=Permission.SEE_PLACEMENT,
    about=find_certificate,
)
def certificate(side: PlacementSide) -> str:
    """The certificate as it was recorded, to be printed."""
    session, row = db.session(), side.placement
    enrolment = next(each for each in row.student.enrolments if each.institution_id == side.institution_id)
    training = training_at(profiles(session, [side.institution_id])[side.institution_id])
    result = side.result or {}
    form = training.forms.get(TrainingParty(result["by"])) if result else None
    return render_template(
        "placements/certificate.html",
        side=side,
        placement=row,
        enrolment=enrolment,
        training=training,
        result=result,
        months=Decimal(result.get("months", 0)),
        given=form.said(result["overall"]) if form else "",
        grader=PARTIES[TrainingParty(result["by"])] if result else "",
        by=people(session, [side.certified_by]).get(side.certified_by or 0, ""),
        names=names(session),
    )
