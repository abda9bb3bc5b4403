"""Which pages write a learning agreement, show its versions side by side, and take the yes of all three?"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.core.approval import LEARNING_AGREEMENT, State, Step, is_for_another
from dualdegree.core.policy import Actor, Permission, may
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.learning_agreements import service as stays
from dualdegree.learning_agreements.content import total
from dualdegree.learning_agreements.doubts import warnings
from dualdegree.learning_agreements.forms import StayForm
from dualdegree.programmes.presenting import names
from dualdegree.records.models import Student
from dualdegree.records.service import people, student_of
from dualdegree.requests.forms import SendBackForm
from dualdegree.requests.judging.objections import partner_of, side_of
from dualdegree.requests.list_rows import stays_of
from dualdegree.requests.models import LearningAgreement
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form, SeenForm
from dualdegree.web.forms.steps import Answer, Done, HomePage, StepPage, step_page, taken
from dualdegree.web.pages import About, page

blueprint = Blueprint("stays", __name__, template_folder="templates")

FormOfStay = TypeVar("FormOfStay", bound=Form)
STATES: dict[State, tuple[str, Message]] = {
    State.DRAFT: ("neutral", Message("Proposed: the student has not accepted it yet")),
    State.ACCEPTED: ("pending", Message("Accepted by the student")),
    State.ENDORSED: ("pending", Message("Approved by the sending side")),
    State.IN_FORCE: ("met", Message("In force")),
    State.RETURNED: ("partial", Message("Sent back, to be mended")),
    State.WITHDRAWN: ("void", Message("No longer pursued")),
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

    def step() -> Done:
        agreement = stays.write(session, access.signed_in(), student, form.stay(degree, home), now())
        return Done(_("The learning agreement is written; the student accepts it next."), _page_of(agreement))

    def show() -> str:
        template = "learning_agreements/new.html"
        return render_template(template, student=student, form=form, home=home, partner=partner, names=names(session))

    return taken(form, step, show)


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
    return _shown(agreement)


def _shown(agreement: LearningAgreement, sent: Form | None = None) -> str:
    session, actor = db.session(), access.signed_in()
    steps = _steps_for(actor, agreement)
    held = stays.in_force(session, agreement)
    return render_template(
        "learning_agreements/agreement.html",
        stay=agreement,
        held=held if held is not agreement else None,
        student=agreement.student,
        total=total,
        states=STATES,
        names=names(session),
        by=people(session, [agreement.written_by, agreement.endorsed_by, agreement.confirmed_by]),
        form=sent if isinstance(sent, SendBackForm) else _begun(agreement),
        may_accept=Step.ACCEPT in steps,
        may_endorse=Step.ENDORSE in steps,
        may_confirm=Step.CONFIRM in steps,
        may_withdraw=Step.WITHDRAW in steps,
        may_write=may(actor, Permission.PLAN_STAY, agreement.policy_subject()),
        may_export=held is not None or agreement.state in SIGNED,
        warnings=warnings(session, dossier_of(session, agreement.student), agreement)
        if agreement.state in stays.OPEN
        else (),
        events=history_lines(session, agreement.subject, agreement.institution_id),
    )


def _begun(agreement: LearningAgreement) -> SendBackForm:
    return SendBackForm(formdata=None, data={"revision": str(agreement.revision)})


ON_ITS_PAGE = HomePage(needs=Permission.SEE_RECOGNITION, about=stays.stay_of, show=_shown)


def _step_page(
    action: str, needs: Permission, about: Callable[..., Any], form: type[FormOfStay]
) -> StepPage[FormOfStay]:
    url = f"/recognition/stays/<int:agreement_id>/{action}"
    return step_page(blueprint, url, needs=needs, about=about, on=ON_ITS_PAGE, form=form)


@_step_page("accept", Permission.ACCEPT_STAY, stays.stay_of, SeenForm)
def accept(agreement: LearningAgreement, form: SeenForm) -> Done:
    """The student's yes to this very version."""
    stays.accept(db.session(), access.signed_in(), agreement, seen=form.seen, at=now())
    return Done(_("You have accepted this version."), _page_of(agreement))


@_step_page("endorse", Permission.ENDORSE_RECOGNITION, find_sending, SeenForm)
def endorse(agreement: LearningAgreement, form: SeenForm) -> Done:
    """The sending side's yes."""
    stays.endorse(db.session(), access.signed_in(), agreement, seen=form.seen, at=now())
    return Done(_("Approved for the sending side."), _page_of(agreement))


@_step_page("confirm", Permission.CONFIRM_RECOGNITION, find_receiving, SeenForm)
def confirm(agreement: LearningAgreement, form: SeenForm) -> Done:
    """The receiving side's yes: it is in force."""
    stays.confirm(db.session(), access.signed_in(), agreement, seen=form.seen, at=now())
    return Done(_("Approved for the receiving side; this version is in force."), _page_of(agreement))


@_step_page("send-back", Permission.ENDORSE_RECOGNITION, stays.stay_of, SendBackForm)
def send_back(agreement: LearningAgreement, form: SendBackForm) -> Done:
    """Ask for another version."""
    reason = form.reason.data or ""
    stays.send_back(db.session(), access.signed_in(), agreement, reason=reason, seen=form.seen, at=now())
    return Done(_("The learning agreement is sent back."), _page_of(agreement))


@_step_page("withdraw", Permission.PLAN_STAY, stays.stay_of, SeenForm)
def withdraw(agreement: LearningAgreement, form: SeenForm) -> Done:
    """Take back a version that is not in force."""
    stays.withdraw(db.session(), access.signed_in(), agreement, seen=form.seen, at=now())
    return Done(_("It is withdrawn."), _page_of(agreement))


def _page_of(agreement: LearningAgreement) -> str:
    return url_for("stays.stay", agreement_id=agreement.id)
