"""Which pages move one student, or everybody, to another version of the equivalences, with the effect before it?"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import orm
from werkzeug.wrappers import Response

from dualdegree.audit.comparing import compared
from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.rule_changes.proposals import of_table
from dualdegree.audit.service import Include, answers
from dualdegree.core.audit.explain.compare import Comparison
from dualdegree.core.policy import Permission, Role
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.recognition import giving
from dualdegree.recognition.forms import DecisionForm
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.service import find_table
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.pages import page

blueprint = Blueprint("given", __name__, template_folder="templates")


@page(
    blueprint,
    "/students/<int:student_id>/equivalences",
    needs=Permission.MOVE_STUDENT,
    about=student_of,
    methods=("GET", "POST"),
)
def equivalences(student: Student) -> str | Response | tuple[str, int]:
    """The version of the equivalences that the student keeps, and what another would do."""
    session = db.session()
    held = giving.given(session, {student.id: student.programme_id})[student.id]
    versions = [one for one in giving.open_to(session, student.programme_id) if held is None or one.id != held.id]
    wanted = request.values.get("to", "")
    to = next((one for one in versions if str(one.id) == wanted), None)
    form = DecisionForm(data={"to": wanted, "seen": str(held.id if held else 0)})
    if form.is_submitted() and form.validate() and _moved(form, student, to):
        flash(_("Moved. Both institutions' histories tell of it."), "success")
        return redirect(url_for("audit.progress", student_id=student.id))
    answer = render_template(
        "rule_changes/equivalences.html",
        student=student,
        held=held,
        versions=versions,
        to=to,
        form=form,
        comparison=_compared(session, student, to) if to else None,
        names=names(session),
    )
    return (answer, 400) if form.errors else answer


def _moved(form: DecisionForm, student: Student, to: EquivalenceVersion | None) -> bool:
    if to is None:
        raise Conflict("Another version binds the student by now; look at the effect again.")
    own = access.signed_in().institutions(Role.REGISTRAR)
    here = next(one.institution_id for one in student.enrolments if one.institution_id in own)
    try:
        giving.move(db.session(), access.signed_in(), student, form.decision(to, here), seen=form.number(), at=now())
    except Conflict:
        raise
    except Refusal as refused:
        form.refuse(refused)
    return not form.errors


def _compared(session: orm.Session, student: Student, to: EquivalenceVersion) -> Comparison | None:
    """Both degrees under either version; None while no curriculum binds the student."""
    found = dossiers(session, [student.id])
    if student.id not in found:
        return None
    held = answers(session, found.values(), Include.OFFICIAL, now())[student.id]
    return compared(held, of_table(session, to).of(found[student.id]).case).comparison


@page(
    blueprint,
    "/equivalences/<int:table_id>/students",
    needs=Permission.MOVE_STUDENT,
    about=find_table,
    methods=("GET", "POST"),
)
def everybody(version: EquivalenceVersion) -> str | Response | tuple[str, int]:
    """How many students keep which version, and the decision that moves all of one version to this one."""
    session = db.session()
    numbers = giving.numbers(session, version.programme_id)
    versions = giving.open_to(session, version.programme_id)
    wanted = request.values.get("from", "")
    held = next((one for one in versions if str(one.id) == wanted and one.id != version.id), None)
    form = DecisionForm(data={"to": str(version.id), "seen": str(numbers.get(held.id, 0) if held else 0)})
    if form.is_submitted() and form.validate() and (found := _all_moved(form, held, version)) is not None:
        flash(ngettext("%(num)s student is moved.", "%(num)s students are moved.", found), "success")
        return redirect(url_for("given.everybody", table_id=version.id))
    answer = render_template(
        "rule_changes/equivalences_everybody.html",
        version=version,
        versions=versions,
        numbers=numbers,
        held=held,
        form=form,
        names=names(session),
    )
    return (answer, 400) if form.errors else answer


def _all_moved(form: DecisionForm, held: EquivalenceVersion | None, to: EquivalenceVersion) -> int | None:
    if held is None:
        raise Conflict("The version binds other students by now; read the numbers again.")
    own = access.signed_in().institutions(Role.REGISTRAR)
    here = next(one for one in own if one in to.parties)
    try:
        return giving.move_all(
            db.session(), access.signed_in(), held, form.decision(to, here), seen=form.number(), at=now()
        )
    except Conflict:
        raise
    except Refusal as refused:
        form.refuse(refused)
    return None
