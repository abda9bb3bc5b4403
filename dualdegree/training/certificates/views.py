"""Which pages take language certificates in, list them, and let a registrar confirm them?"""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.approval import CERTIFICATE, State, Step, is_for_another
from dualdegree.core.policy import Actor, Permission, may
from dualdegree.core.text import Message
from dualdegree.core.training.certificates import is_expired
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes.presenting import names
from dualdegree.programmes.texts import day_at
from dualdegree.records.models import Student
from dualdegree.records.service import people, student_of
from dualdegree.training.certificates import service
from dualdegree.training.certificates.forms import CertificateForm, CertificateReasonForm, ConfirmationForm
from dualdegree.training.certificates.listing import EXPIRING, FILTERS, at_institution, ending
from dualdegree.training.certificates.models import CertificateDecision
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form, SeenForm
from dualdegree.web.forms.steps import Answer, Done, HomePage, StepPage, step_page, taken
from dualdegree.web.language.i18n import today
from dualdegree.web.listing import part
from dualdegree.web.pages import About, page

blueprint = Blueprint("certificates", __name__, template_folder="templates")

FormOfCertificate = TypeVar("FormOfCertificate", bound=Form)
STATES: dict[State, tuple[str, Message]] = {
    State.REQUESTED: ("pending", Message("Waits for confirmation")),
    State.ENTERED: ("met", Message("Confirmed: it counts")),
    State.REFUSED: ("unmet", Message("Not accepted")),
    State.WITHDRAWN: ("void", Message("Withdrawn or lifted")),
}
"""Each state of a certificate at one institution as a shape and a word."""


def find_to_decide(session: orm.Session, decision_id: int) -> About:
    """The certificate as the registrars of the institution see it; raises ``Absent``."""
    decision = service.decision_of(session, decision_id)
    return About(decision, decision.deciding_subject())


@page(
    blueprint,
    "/students/<int:student_id>/certificates",
    needs=Permission.SEE_RECORD,
    about=student_of,
)
def of_student(student: Student) -> str:
    """The certificates of one student, and what each institution made of them."""
    session = db.session()
    rows = service.certificates_of(session, student)
    return render_template(
        "certificates/of_student.html",
        student=student,
        certificates=rows,
        asked=service.rules_of(session, student),
        by=people(session, [row.entered_by for row in rows]),
        names=names(session),
        states=STATES,
        is_expired=is_expired,
        today=today(now()),
        may_add=may(access.signed_in(), Permission.HAND_IN_CERTIFICATE, student.policy_subject()),
    )


@page(
    blueprint,
    "/students/<int:student_id>/certificates/new",
    needs=Permission.HAND_IN_CERTIFICATE,
    about=student_of,
    methods=("GET", "POST"),
)
def new(student: Student) -> Answer:
    """Enter a certificate as it stands on the paper."""
    session, form = db.session(), CertificateForm()
    rules = service.rules_of(session, student)
    form.offer(rules)

    def step() -> Done:
        service.hand_in(session, access.signed_in(), student, form.certificate(), now())
        said = _("The certificate is handed in. It counts once a registrar has seen the original.")
        return Done(said, url_for("certificates.of_student", student_id=student.id))

    return taken(form, step, lambda: render_template("certificates/new.html", student=student, form=form, asked=rules))


@page(blueprint, "/certificates", needs=Permission.SEE_CERTIFICATES, menu=(330, Message("Certificates")))
def listed() -> str:
    """What waits for the registrar's institution, what is confirmed, and what expires soon."""
    session, own = db.session(), access.signed_in().institution or ""
    wanted = request.args.get("of", "waiting")
    today = day_at(session, own, now())
    warned = today + dt.timedelta(days=_warn_days(session, own))
    query = ending(own, warned) if wanted == EXPIRING else at_institution(own, _states(wanted))
    return render_template(
        "certificates/certificates.html",
        decisions=part(session, query),
        wanted=wanted,
        filters={**{name: words for name, (words, _states) in FILTERS.items()}, EXPIRING: Message("Expiring")},
        states=STATES,
        today=today,
        warned=warned,
        is_expired=is_expired,
    )


def _states(wanted: str) -> tuple[State, ...]:
    return FILTERS.get(wanted, FILTERS["waiting"])[1]


def _warn_days(session: orm.Session, institution: str) -> int:
    rules = service.rules_if_any(session, institution)
    return rules.warn_days if rules else 0


@page(blueprint, "/certificates/<int:decision_id>", needs=Permission.SEE_RECORD, about=service.decision_of)
def certificate(decision: CertificateDecision) -> str:
    """One certificate at one institution: what it says, towards what it counts, and whom it waits for."""
    return _shown(decision)


def _shown(decision: CertificateDecision, sent: Form | None = None) -> str:
    session, actor = db.session(), access.signed_in()
    today = day_at(session, decision.institution_id, now())
    rules = service.rules_if_any(session, decision.institution_id)
    steps = _steps_for(actor, decision)
    seen = {"revision": str(decision.revision), "on": today}
    waits = decision.state == State.REQUESTED
    changes = {Step.GRANT, Step.LIFT} & steps
    return render_template(
        "certificates/certificate.html",
        decision=decision,
        certificate=decision.certificate,
        student=decision.certificate.student,
        titles={rule.milestone: rule.title for rule in rules.asks} if rules else {},
        counted=service.yields(decision, rules, today) if rules and waits else (),
        objections=service.objections(decision, rules, today) if rules and waits else (),
        is_waiting=waits,
        expired=is_expired(decision.certificate.as_core(), today),
        states=STATES,
        names=names(session),
        by=people(session, [decision.certificate.entered_by, decision.decided_by]),
        stakes=stakes.at_stake(session, [decision.certificate.student_id]) if changes else (),
        verdicts=stakes.verdicts_at_stake(session, [decision.certificate.student_id]) if changes else (),
        confirm_form=sent if isinstance(sent, ConfirmationForm) else ConfirmationForm(formdata=None, data=seen),
        reason_form=sent
        if isinstance(sent, CertificateReasonForm)
        else CertificateReasonForm(formdata=None, data=seen),
        may_confirm=Step.GRANT in steps,
        may_lift=Step.LIFT in steps,
        may_withdraw=Step.WITHDRAW in steps,
        needs_another=waits
        and Step.GRANT not in steps
        and may(actor, Permission.CONFIRM_CERTIFICATE, decision.deciding_subject()),
        events=history_lines(session, decision.subject, decision.institution_id),
    )


def _steps_for(actor: Actor, decision: CertificateDecision) -> set[Step]:
    """The steps that are next and that the actor may take."""
    deciding = may(actor, Permission.CONFIRM_CERTIFICATE, decision.deciding_subject())
    rights = {
        Step.GRANT: deciding,
        Step.LIFT: deciding,
        Step.WITHDRAW: actor.person_id == decision.certificate.entered_by,
    }
    due = {step for state, step in CERTIFICATE if state == decision.state and rights.get(step)}
    return {step for step in due if not is_for_another(step, actor.person_id, decision.hands)}


ON_ITS_PAGE = HomePage(needs=Permission.SEE_RECORD, about=service.decision_of, show=_shown)


def _step_page(
    action: str, needs: Permission, about: Callable[..., Any], form: type[FormOfCertificate]
) -> StepPage[FormOfCertificate]:
    url = f"/certificates/<int:decision_id>/{action}"
    return step_page(blueprint, url, needs=needs, about=about, on=ON_ITS_PAGE, form=form)


def _page_of(decision: CertificateDecision) -> str:
    return url_for("certificates.certificate", decision_id=decision.id)


@_step_page("confirm", Permission.CONFIRM_CERTIFICATE, find_to_decide, ConfirmationForm)
def confirm(decision: CertificateDecision, form: ConfirmationForm) -> Done:
    """Let it count."""
    day = form.on.data or dt.date.max
    service.confirm(db.session(), access.signed_in(), decision, on=day, seen=form.seen, at=now())
    return Done(_("The certificate is confirmed; every audit counts it from now on."), _page_of(decision))


@_step_page("refuse", Permission.CONFIRM_CERTIFICATE, find_to_decide, CertificateReasonForm)
def refuse(decision: CertificateDecision, form: CertificateReasonForm) -> Done:
    """Accept it not."""
    reason = form.reason.data or ""
    service.refuse(db.session(), access.signed_in(), decision, reason=reason, seen=form.seen, at=now())
    return Done(_("The certificate is not accepted; the student reads why."), _page_of(decision))


@_step_page("lift", Permission.CONFIRM_CERTIFICATE, find_to_decide, CertificateReasonForm)
def lift(decision: CertificateDecision, form: CertificateReasonForm) -> Done:
    """Let it count no more."""
    reason = form.reason.data or ""
    service.lift(db.session(), access.signed_in(), decision, reason=reason, seen=form.seen, at=now())
    return Done(_("The certificate does not count any more."), _page_of(decision))


@_step_page("withdraw", Permission.SEE_RECORD, service.decision_of, SeenForm)
def withdraw(decision: CertificateDecision, form: SeenForm) -> Done:
    """Take back what one handed in."""
    service.take_back(db.session(), access.signed_in(), decision, seen=form.seen, at=now())
    return Done(_("The certificate is withdrawn."), _page_of(decision))
