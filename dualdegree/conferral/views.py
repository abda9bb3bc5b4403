"""Which pages show the conferral board, and let a registrar sign off?"""

from collections import Counter

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from dualdegree.conferral import service
from dualdegree.conferral.presenting import STAGES
from dualdegree.core.policy import Permission, Role
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.programmes import service as programmes
from dualdegree.programmes.presenting import names
from dualdegree.programmes.texts import short_name
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import DigestForm, Form, required
from dualdegree.web.forms.steps import Answer, Done, taken
from dualdegree.web.pages import page

blueprint = Blueprint("conferral", __name__, template_folder="templates")


class WithdrawForm(Form):
    """Why a sign-off is taken back."""

    reason = StringField(_l("Reason"), validators=[required(_l("Say why the sign-off is withdrawn."))])


MAY_BE_ISSUED = "may_be_issued"
"""The filter for those for whom a document is still to be issued."""


@page(blueprint, "/conferral", needs=Permission.SEE_BOARD, menu=(410, Message("Conferral")))
def board() -> str:
    """Every student of the institution: each degree's own verdict, the joint one, and who has signed."""
    session = db.session()
    institution = access.signed_in().institution or ""
    standings = service.standings(session, service.students_of(session, institution), now())
    wanted = request.args.get("stage", "")
    counts = Counter(standing.stage for standing in standings.values())
    return render_template(
        "conferral/board.html",
        standings=[standing for standing in standings.values() if _is_wanted(standing, wanted)],
        counts={stage: counts[stage] for stage in STAGES},
        issuable=sum(standing.may_be_issued for standing in standings.values()),
        may_be_issued=MAY_BE_ISSUED,
        wanted=wanted,
        stages=STAGES,
        names={university.id: short_name(university) for university in programmes.institutions(session)},
    )


@page(blueprint, "/students/<int:student_id>/conferral", needs=Permission.SIGN_OFF, about=student_of)
def conferral(student: Student) -> str:
    """One student's way to the official transcript."""
    return _page(student, WithdrawForm())


@page(
    blueprint,
    "/students/<int:student_id>/conferral/sign",
    needs=Permission.SIGN_OFF,
    about=student_of,
    methods=("POST",),
)
def sign(student: Student) -> Answer:
    """Sign off the very state that was shown, for the registrar's own institution."""
    form = DigestForm()

    def step() -> Done:
        actor, own = access.signed_in(), _own(student)
        service.sign_off(db.session(), actor, student, institution=own, digest=form.read, at=now())
        said = _("You have signed off this record.")
        return Done(said, url_for("conferral.conferral", student_id=student.id))

    return taken(form, step, lambda: _page(student, WithdrawForm()))


@page(
    blueprint,
    "/students/<int:student_id>/conferral/withdraw",
    needs=Permission.SIGN_OFF,
    about=student_of,
    methods=("POST",),
)
def withdraw(student: Student) -> Answer:
    """Take the own institution's sign-off back, with a reason."""
    form = WithdrawForm()

    def step() -> Done:
        actor, own, reason = access.signed_in(), _own(student), form.reason.data or ""
        service.withdraw(db.session(), actor, student, institution=own, reason=reason, at=now())
        return Done(_("The sign-off is withdrawn."), url_for("conferral.conferral", student_id=student.id))

    return taken(form, step, lambda: _page(student, form))


def _page(student: Student, form: WithdrawForm) -> str:
    session = db.session()
    return render_template(
        "conferral/conferral.html",
        student=student,
        standing=service.standing(session, student, now()),
        own=_own(student),
        stages=STAGES,
        names=names(session),
        form=form,
    )


def _is_wanted(standing: service.ConferralStanding, wanted: str) -> bool:
    if wanted == MAY_BE_ISSUED:
        return standing.may_be_issued
    return wanted in ("", standing.stage.value)


def _own(student: Student) -> str:
    """The institution for which this registrar signs: one of the two at which the student is enrolled."""
    held = access.signed_in().institutions(Role.REGISTRAR)
    return next(row.institution_id for row in student.enrolments if row.institution_id in held)
