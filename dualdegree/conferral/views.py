"""Which pages show the conferral board, and let a registrar sign off?"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField

from dualdegree.conferral import service
from dualdegree.conferral.presenting import GATES
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
from dualdegree.web.forms import Form, required
from dualdegree.web.pages import page

blueprint = Blueprint("conferral", __name__, template_folder="templates")


class WithdrawForm(Form):
    """Why a sign-off is taken back."""

    reason = StringField(_l("Reason"), validators=[required(_l("Say why the sign-off is withdrawn."))])


@page(blueprint, "/conferral", needs=Permission.SEE_BOARD, menu=(40, Message("Conferral")))
def board() -> str:
    """Every student of the institution: each degree's own verdict, the joint one, and who has signed."""
    session = db.session()
    institution = access.signed_in().institution or ""
    standings = service.standings(session, service.students_of(session, institution), now())
    wanted = request.args.get("gate", "")
    shown = [one for one in standings.values() if wanted in ("", one.gate.value)]
    counts = {gate: sum(one.gate is gate for one in standings.values()) for gate in GATES}
    return render_template(
        "conferral/board.html",
        standings=shown,
        counts=counts,
        wanted=wanted,
        gates=GATES,
        names={one.id: short_name(one) for one in programmes.institutions(session)},
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
def sign(student: Student) -> Response:
    """Sign off the very state that was shown, for the registrar's own institution."""
    actor = access.signed_in()
    service.sign_off(
        db.session(),
        actor,
        student,
        institution=_own(student),
        digest=request.form.get("digest", ""),
        at=now(),
    )
    flash(_("You have signed off this record."), "success")
    return redirect(url_for("conferral.conferral", student_id=student.id))


@page(
    blueprint,
    "/students/<int:student_id>/conferral/withdraw",
    needs=Permission.SIGN_OFF,
    about=student_of,
    methods=("POST",),
)
def withdraw(student: Student) -> str | Response | tuple[str, int]:
    """Take the own institution's sign-off back, with a reason."""
    form = WithdrawForm()
    if not form.validate():
        return _page(student, form), 400
    service.withdraw(
        db.session(),
        access.signed_in(),
        student,
        institution=_own(student),
        reason=form.reason.data or "",
        at=now(),
    )
    flash(_("The sign-off is withdrawn."), "success")
    return redirect(url_for("conferral.conferral", student_id=student.id))


def _page(student: Student, form: WithdrawForm) -> str:
    session = db.session()
    return render_template(
        "conferral/conferral.html",
        student=student,
        standing=service.standing(session, student, now()),
        own=_own(student),
        gates=GATES,
        names=names(session),
        form=form,
    )


def _own(student: Student) -> str:
    """The institution for which this registrar signs: one of the two at which the student is enrolled."""
    held = access.signed_in().institutions(Role.REGISTRAR)
    return next(one.institution_id for one in student.enrolments if one.institution_id in held)
