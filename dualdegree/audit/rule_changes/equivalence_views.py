"""Which pages move one student, or everybody, to another version of the equivalences, with the effect before it?"""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import orm

from dualdegree.audit.comparing import compared
from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.rule_changes.moving import MoveForm, taken_move, threatened
from dualdegree.audit.rule_changes.proposals import of_table
from dualdegree.audit.service import Include, answers
from dualdegree.core.audit.explain.compare import Comparison
from dualdegree.core.policy import Permission, Role
from dualdegree.core.refusal import Conflict
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.recognition import giving
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.service import find_table
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms.steps import Answer, Done
from dualdegree.web.pages import page

blueprint = Blueprint("given", __name__, template_folder="templates")


@page(
    blueprint,
    "/students/<int:student_id>/equivalences",
    needs=Permission.MOVE_STUDENT,
    about=student_of,
    methods=("GET", "POST"),
)
def equivalences(student: Student) -> Answer:
    """The version of the equivalences that the student keeps, and what another would do."""
    wanted = request.values.get("to", "")
    form = MoveForm(data={"to": wanted})

    def choice() -> tuple[EquivalenceVersion | None, Sequence[EquivalenceVersion]]:
        held = giving.given(db.session(), {student.id: student.programme_id})[student.id]
        open_ = giving.open_to(db.session(), student.programme_id)
        return held, [row for row in open_ if held is None or row.id != held.id]

    def step() -> Done:
        _held, versions = choice()
        _move(form, student, _named(versions, wanted))
        said = _("Moved. Both institutions' histories tell of it.")
        return Done(said, url_for("audit.progress", student_id=student.id))

    def show() -> str:
        session, (held, versions) = db.session(), choice()
        to, at_stake = _named(versions, wanted), threatened(session, [student.id])
        form.show_anew(held.id if held else 0, at_stake.digest)
        return render_template(
            "rule_changes/moving_equivalences.html",
            student=student,
            address=url_for("given.equivalences", student_id=student.id),
            held=held,
            versions=versions,
            to=to,
            form=form,
            threatened=at_stake,
            comparison=_compared(session, student, to) if to else None,
            names=names(session),
        )

    return taken_move(form, step, show)


def _named(versions: Sequence[EquivalenceVersion], wanted: str) -> EquivalenceVersion | None:
    return next((row for row in versions if str(row.id) == wanted), None)


def _move(form: MoveForm, student: Student, to: EquivalenceVersion | None) -> None:
    if to is None:
        raise Conflict("Another version binds the student by now; look at the effect again.")
    decided = _decision(form, to, [row.institution_id for row in student.enrolments])
    giving.move(db.session(), access.signed_in(), student, decided, seen=form.number(), at=now())


def _decision(form: MoveForm, to: EquivalenceVersion, parties: Sequence[str]) -> giving.EquivalenceDecision:
    """What was decided, at the institution for which the registrar acts."""
    own = access.signed_in().institutions(Role.REGISTRAR)
    return giving.EquivalenceDecision(
        version=to,
        reason=form.reason.data or "",
        minute=form.minute.data or "",
        institution=next(institution for institution in parties if institution in own),
        confirmed=form.digest(),
    )


def _compared(session: orm.Session, student: Student, to: EquivalenceVersion) -> Comparison | None:
    """Both degrees under either version; None while no curriculum binds the student."""
    loaded = dossiers(session, [student.id])
    if student.id not in loaded:
        return None
    held = answers(session, loaded.values(), Include.OFFICIAL, now())[student.id]
    return compared(held, of_table(session, to).applied(loaded[student.id]).case).comparison


@page(
    blueprint,
    "/equivalences/<int:table_id>/students",
    needs=Permission.MOVE_STUDENT,
    about=find_table,
    methods=("GET", "POST"),
)
def everybody(version: EquivalenceVersion) -> Answer:
    """How many students keep which version, and the decision that moves all of one version to this one."""
    wanted = request.values.get("from", "")
    form = MoveForm(data={"to": str(version.id)})

    def others() -> Sequence[EquivalenceVersion]:
        return [row for row in giving.open_to(db.session(), version.programme_id) if row.id != version.id]

    def step() -> Done:
        moved = _move_all(form, _named(others(), wanted), version)
        said = ngettext("%(num)s student is moved.", "%(num)s students are moved.", moved)
        return Done(said, url_for("given.everybody", table_id=version.id))

    def show() -> str:
        session, held = db.session(), _named(others(), wanted)
        numbers = giving.numbers(session, version.programme_id)
        at_stake = threatened(session, giving.bound(session, held)) if held else None
        form.show_anew(numbers.get(held.id, 0) if held else 0, at_stake.digest if at_stake else "")
        return render_template(
            "rule_changes/moving_everybody.html",
            version=version,
            versions=giving.open_to(session, version.programme_id),
            numbers=numbers,
            held=held,
            form=form,
            threatened=at_stake,
            names=names(session),
        )

    return taken_move(form, step, show)


def _move_all(form: MoveForm, held: EquivalenceVersion | None, to: EquivalenceVersion) -> int:
    if held is None:
        raise Conflict("The version binds other students by now; read the numbers again.")
    decided = _decision(form, to, to.parties)
    return giving.move_all(db.session(), access.signed_in(), held, decided, seen=form.number(), at=now())
