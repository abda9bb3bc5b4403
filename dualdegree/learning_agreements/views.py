"""Which pages write a learning agreement, show its versions side by side, and take the yes of all three?"""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm
from werkzeug.wrappers import Response

from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.core.approval import LEARNING_AGREEMENT, State, Step, is_for_another
from dualdegree.core.policy import Actor, Permission, may
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.history import told
from dualdegree.learning_agreements import service as stays
from dualdegree.learning_agreements.content import total
from dualdegree.learning_agreements.doubts import warnings
from dualdegree.learning_agreements.forms import StayForm
from dualdegree.programmes.presenting import names
from dualdegree.records.models import Student
from dualdegree.records.service import people, student_of
from dualdegree.requests.forms import StepForm
from dualdegree.requests.judging.objections import partner_of, side_of
from dualdegree.requests.list_rows import stays_of
from dualdegree.requests.models import LearningAgreement
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.pages import About, page

blueprint = Blueprint("stays", __name__, template_folder="templates")

Answer = str | Response | tuple[str, int]
STATES: dict[State, tuple[str, Message]] = {
    State.DRAFT: ("neutral", Message("Proposed: the student has not accepted it yet")),
    State.ACCEPTED: ("pending", Message("Accepted by the student")),
    State.ENDORSED: ("pending", Message("Approved by the sending side")),
    State.IN_FORCE: ("met", Message("In force")),
    State.RETURNED: ("partial", Message("Sent back, to be mended")),
    State.WITHDRAWN: ("void", Message("Withdrawn")),
    State.REPLACED: ("void", Message("Replaced")),
}
"""Each state of a version as a shape and a word."""
SIGNED = (State.ENDORSED, State.IN_FORCE, State.REPLACED)
"""The states of a version that the student and the sending side at least have signed."""


def find_sending(session: orm.Session, agreement_id: int) -> About:
    """The version as the advisors of the sending side see it; raises ``Absent``."""
    agreement = stays.stay_of(session, agreement_id)
    return About(agreement, agreement.subject_at(agreement.institution_id))


def find_receiving(session: orm.Session, agreement_id: int) -> About:
    """The version as the advisors of the receiving side see it; raises ``Absent``."""
    agreement = stays.stay_of(session, agreement_id)
    return About(agreement, agreement.subject_at(agreement.partner_id))


@page(
    blueprint,
    "/students/<int:student_id>/stays/new",
    needs=Permission.PLAN_STAY,
    about=student_of,
    methods=("GET", "POST"),
)
def new(student: Student) -> Answer:
    """Write the next version of a stay."""
    session = db.session()
    dossier = dossier_of(session, student)
    degree = request.args.get("degree") or dossier.sides[0].curriculum.degree.id
    wanted = request.args.get("after", type=int)
    form = StayForm.after(next((version for version in stays_of(session, student) if version.id == wanted), None))
    home, partner = side_of(dossier, degree).curriculum, partner_of(dossier, degree)
    form.offer(home, next(side.curriculum for side in dossier.sides if side.curriculum.institution == partner))
    if form.is_submitted() and form.validate():
        try:
            agreement = stays.write(session, access.signed_in(), student, form.stay(degree, home), now())
            flash(_("The learning agreement is written; the student accepts it next."), "success")
            return redirect(url_for("stays.stay", agreement_id=agreement.id))
        except Conflict:
            raise
        except Refusal as refused:
            form.refuse(refused)
    answer = render_template(
        "learning_agreements/new.html", student=student, form=form, home=home, partner=partner, names=names(session)
    )
    return (answer, 400) if form.errors else answer


def _steps_for(actor: Actor, agreement: LearningAgreement) -> set[Step]:
    """The steps that are next and that the actor may take, having taken no other."""
    own = agreement.policy_subject()
    sending, receiving = agreement.subject_at(agreement.institution_id), agreement.subject_at(agreement.partner_id)
    rights = {
        Step.ACCEPT: may(actor, Permission.ACCEPT_STAY, own),
        Step.ENDORSE: may(actor, Permission.ENDORSE_RECOGNITION, sending),
        Step.CONFIRM: may(actor, Permission.CONFIRM_RECOGNITION, receiving),
        Step.WITHDRAW: may(actor, Permission.PLAN_STAY, own),
    }
    due = {step for state, step in LEARNING_AGREEMENT if state == agreement.state and rights.get(step)}
    return {step for step in due if not is_for_another(step, actor.person_id, agreement.hands)}


@page(blueprint, "/recognition/stays/<int:agreement_id>", needs=Permission.SEE_RECOGNITION, about=stays.stay_of)
def stay(agreement: LearningAgreement) -> str:
    """One version beside the one that is in force, and the step that is next."""
    session, actor = db.session(), access.signed_in()
    steps = _steps_for(actor, agreement)
    held = stays.in_force(session, agreement)
    return render_template(
        "learning_agreements/agreement.html",
        one=agreement,
        held=held if held is not agreement else None,
        student=agreement.student,
        total=total,
        states=STATES,
        names=names(session),
        by=people(session, [agreement.written_by, agreement.endorsed_by, agreement.confirmed_by]),
        form=StepForm(data={"revision": str(agreement.revision)}),
        may_accept=Step.ACCEPT in steps,
        may_endorse=Step.ENDORSE in steps,
        may_confirm=Step.CONFIRM in steps,
        may_withdraw=Step.WITHDRAW in steps,
        may_write=may(actor, Permission.PLAN_STAY, agreement.policy_subject()),
        may_export=held is not None or agreement.state in SIGNED,
        warnings=warnings(session, dossier_of(session, agreement.student), agreement)
        if agreement.state in stays.OPEN
        else (),
        events=told(session, agreement.subject, agreement.institution_id),
    )


@page(
    blueprint,
    "/recognition/stays/<int:agreement_id>/accept",
    needs=Permission.ACCEPT_STAY,
    about=stays.stay_of,
    methods=("POST",),
)
def accept(agreement: LearningAgreement) -> Response:
    """The student's yes to this very version."""
    return _stepped(agreement, stays.accept, _("You have accepted this version."))


@page(
    blueprint,
    "/recognition/stays/<int:agreement_id>/endorse",
    needs=Permission.ENDORSE_RECOGNITION,
    about=find_sending,
    methods=("POST",),
)
def endorse(agreement: LearningAgreement) -> Response:
    """The sending side's yes."""
    return _stepped(agreement, stays.endorse, _("Approved for the sending side."))


@page(
    blueprint,
    "/recognition/stays/<int:agreement_id>/confirm",
    needs=Permission.CONFIRM_RECOGNITION,
    about=find_receiving,
    methods=("POST",),
)
def confirm(agreement: LearningAgreement) -> Response:
    """The receiving side's yes: it is in force."""
    return _stepped(agreement, stays.confirm, _("Approved for the receiving side; this version is in force."))


@page(
    blueprint,
    "/recognition/stays/<int:agreement_id>/send-back",
    needs=Permission.ENDORSE_RECOGNITION,
    about=stays.stay_of,
    methods=("POST",),
)
def send_back(agreement: LearningAgreement) -> Response:
    """Ask for another version."""
    form = StepForm()
    reason = form.reason.data or ""
    stays.send_back(db.session(), access.signed_in(), agreement, reason=reason, seen=form.seen, at=now())
    flash(_("The learning agreement is sent back."), "success")
    return _back(agreement)


@page(
    blueprint,
    "/recognition/stays/<int:agreement_id>/withdraw",
    needs=Permission.PLAN_STAY,
    about=stays.stay_of,
    methods=("POST",),
)
def withdraw(agreement: LearningAgreement) -> Response:
    """Take back a version that is not in force."""
    return _stepped(agreement, stays.withdraw, _("It is withdrawn."))


def _stepped(agreement: LearningAgreement, do: Callable[..., None], words: str) -> Response:
    do(db.session(), access.signed_in(), agreement, seen=StepForm().seen, at=now())
    flash(words, "success")
    return _back(agreement)


def _back(agreement: LearningAgreement) -> Response:
    return redirect(url_for("stays.stay", agreement_id=agreement.id))
