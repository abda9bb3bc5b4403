"""Which pages show who keeps which version of the equivalences, and propose that students move to another one?"""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dualdegree.audit.rule_changes.move_forms import MoveProposalForm
from dualdegree.audit.rule_changes.move_presenting import touched
from dualdegree.core.policy import Permission, Role
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.recognition import giving
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.moves import service
from dualdegree.recognition.moves.hitting import bound_to, hit
from dualdegree.recognition.service import find_table
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms.steps import Answer, Done, taken
from dualdegree.web.listing import part
from dualdegree.web.pages import page

blueprint = Blueprint("given", __name__, template_folder="templates")


@page(blueprint, "/students/<int:student_id>/equivalences", needs=Permission.DECIDE_MOVE, about=student_of)
def equivalences(student: Student) -> Answer:
    """The version of the equivalences that the student keeps; what another would do stands where it is proposed."""
    session, wanted = db.session(), request.args.get("to", 0, type=int)
    held = giving.given(session, {student.id: student.programme_id})[student.id]
    versions = [row for row in giving.open_to(session, student.programme_id) if held is None or row.id != held.id]
    if wanted in {row.id for row in versions}:
        return redirect(url_for("given.propose", table_id=wanted, student=student.id))
    return render_template(
        "rule_changes/given_to_student.html", student=student, held=held, versions=versions, names=names(session)
    )


@page(blueprint, "/equivalences/<int:table_id>/students", needs=Permission.DECIDE_MOVE, about=find_table)
def everybody(version: EquivalenceVersion) -> str:
    """How many students keep which version, and whom of one version a registrar could choose to move to this one."""
    session, wanted = db.session(), request.args.get("from", 0, type=int)
    versions = giving.open_to(session, version.programme_id)
    held = next((row for row in versions if row.id == wanted and row.id != version.id), None)
    listed = part(session, bound_to(session, held, version)) if held else None
    return render_template(
        "rule_changes/given_to_everybody.html",
        version=version,
        versions=versions,
        numbers=giving.numbers(session, version.programme_id),
        held=held,
        listed=listed,
        seen=hit(session, version, [student.id for student in listed.rows]) if listed else None,
    )


@page(
    blueprint,
    "/equivalences/<int:table_id>/move",
    needs=Permission.DECIDE_MOVE,
    about=find_table,
    methods=("GET", "POST"),
)
def propose(version: EquivalenceVersion) -> Answer:
    """What this version would do to the students who were chosen, first; then the proposal to the partner."""
    form, students = MoveProposalForm(), chosen()

    def step() -> Done:
        move = service.propose(
            db.session(), access.signed_in(), version, form.wanted(students), institution=own_party(version), at=now()
        )
        said = _("Proposed. Nothing changes before a registrar of the other institution has confirmed it.")
        return Done(said, url_for("given.move", move_id=move.id))

    def show() -> str:
        session = db.session()
        seen = hit(session, version, students if version.in_force_from else ())
        form.offer(seen)
        return render_template(
            "rule_changes/move_proposed.html",
            version=version,
            address=url_for("given.propose", table_id=version.id, student=students),
            form=form,
            seen=seen,
            rows=touched(session, version, seen, now()),
            names=names(session),
        )

    return taken(form, step, show)


def chosen() -> Sequence[int]:
    """The students whom the address names, as many as one proposal may move."""
    return sorted(set(request.args.getlist("student", type=int)))[: service.MOST]


def own_party(version: EquivalenceVersion) -> str:
    """The party of the version for which the registrar acts."""
    own = access.signed_in().institutions(Role.REGISTRAR)
    return next(party for party in version.parties if party in own)
