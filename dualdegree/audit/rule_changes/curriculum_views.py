"""Which page moves a student to another version of the curriculum, with the effect on both degrees before and after?"""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree.audit.comparing import compared
from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.orphans import orphans
from dualdegree.audit.rule_changes.moving import MoveForm, taken_move, threatened
from dualdegree.audit.rule_changes.proposals import of_curriculum
from dualdegree.audit.service import Include, answers
from dualdegree.core.audit.explain.compare import Comparison
from dualdegree.core.policy import Permission, Role
from dualdegree.core.refusal import Conflict
from dualdegree.db import db
from dualdegree.programmes.curricula.reading import routes_in_words
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.programmes.presenting import names
from dualdegree.programmes.texts import curriculum_of
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.moving import CurriculumMove, move, open_to, takes
from dualdegree.records.service import student_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms.steps import Answer, Done
from dualdegree.web.pages import page

blueprint = Blueprint("moving", __name__, template_folder="templates")


@page(
    blueprint,
    "/students/<int:student_id>/curriculum",
    needs=Permission.MOVE_STUDENT,
    about=student_of,
    methods=("GET", "POST"),
)
def curriculum(student: Student) -> Answer:
    """The version that binds the student at the registrar's institution, and what another would do."""
    wanted = request.values.get("to", "")
    form = MoveForm(data={"to": wanted})
    form.minute.description = _("Needed where the version does not take the student's admission.")

    def step() -> Done:
        enrolment = _own(student)
        _move(form, enrolment, _named(open_to(db.session(), enrolment), wanted))
        said = _("Moved. Both institutions' histories tell of it, and sign-offs of the earlier state are void.")
        return Done(said, url_for("audit.progress", student_id=student.id))

    def show() -> str:
        session, enrolment = db.session(), _own(student)
        versions, at_stake = open_to(session, enrolment), threatened(session, [student.id])
        to = _named(versions, wanted)
        form.show_anew(enrolment.revision, at_stake.digest)
        return render_template(
            "rule_changes/moving_curriculum.html",
            student=student,
            address=url_for("moving.curriculum", student_id=student.id),
            enrolment=enrolment,
            versions=versions,
            to=to,
            taken=to is not None and takes(to, enrolment),
            form=form,
            threatened=at_stake,
            comparison=_compared(session, student, to) if to else None,
            orphans=orphans(session, curriculum_of(to), students=[student.id]) if to else (),
            names=names(session),
            routes_in_words=routes_in_words,
        )

    return taken_move(form, step, show)


def _named(versions: Sequence[CurriculumVersion], wanted: str) -> CurriculumVersion | None:
    return next((row for row in versions if str(row.id) == wanted), None)


def _own(student: Student) -> Enrolment:
    """The enrolment at the institution for which the registrar acts."""
    own = access.signed_in().institutions(Role.REGISTRAR)
    return next(row for row in student.enrolments if row.institution_id in own)


def _move(form: MoveForm, enrolment: Enrolment, to: CurriculumVersion | None) -> None:
    if to is None:
        raise Conflict("This version is not open to the student any more; choose again.")
    wanted = CurriculumMove(
        version=to,
        reason=form.reason.data or "",
        minute=form.minute.data or "",
        revision=form.number(),
        confirmed=form.digest(),
    )
    move(db.session(), access.signed_in(), enrolment, wanted, now())


def _compared(session: orm.Session, student: Student, to: CurriculumVersion) -> Comparison | None:
    """Both degrees under either version; None while no curriculum binds the student."""
    loaded = dossiers(session, [student.id])
    if student.id not in loaded:
        return None
    held = answers(session, loaded.values(), Include.OFFICIAL, now())[student.id]
    return compared(held, of_curriculum(session, curriculum_of(to)).applied(loaded[student.id]).case).comparison
