"""Which page shows both degrees of a student, and lets everybody take the step that is theirs?"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree.conferral.degrees import errands, hearings, service
from dualdegree.conferral.degrees.forms import DropForm, GraduationForm, NoticeForm, StatementForm, WayForm
from dualdegree.conferral.degrees.later import since_conferred
from dualdegree.conferral.degrees.presenting import HEARINGS, STEPS, waits_for
from dualdegree.conferral.models import Hearing
from dualdegree.conferral.ways import DegreeWay, ways
from dualdegree.core.conferral.steps import DegreeStep, missing_before
from dualdegree.core.policy import Permission, may
from dualdegree.core.refusal import Absent
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form
from dualdegree.web.forms.steps import Done, HomePage, step_page
from dualdegree.web.pages import About, page

blueprint = Blueprint("degrees", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class DegreeAt:
    """One student and the institution whose degree it is about."""

    student: Student
    institution: str


@dataclass(frozen=True, slots=True)
class ErrandAt:
    """One errand of a graduate."""

    student: Student
    institution: str
    errand: str


def degree_at(session: orm.Session, student_id: int, institution: str) -> About:
    """The student's own business, and that of this institution; raises ``Absent``."""
    student = student_of(session, student_id)
    if all(enrolment.institution_id != institution for enrolment in student.enrolments):
        raise Absent("There is no such student.")
    return About(DegreeAt(student, institution), student.policy_subject().at(institution))


def errand_at(session: orm.Session, student_id: int, institution: str, errand: str) -> About:
    """An errand of the student; raises ``Absent``."""
    about = degree_at(session, student_id, institution)
    return About(ErrandAt(about.thing.student, institution, errand), about.subject)


def heard(session: orm.Session, hearing_id: int) -> Student:
    """The student whom the procedure is about; raises ``Absent``."""
    return hearings.hearing_of(session, hearing_id).student


@page(blueprint, "/students/<int:student_id>/degrees", needs=Permission.SEE_RECORD, about=student_of)
def degrees(student: Student) -> str:
    """How far the student has come at both institutions, what each waits for, and who must act."""
    return _shown(student)


def _shown(student: Student, sent: Form | None = None) -> str:
    session = db.session()
    every = ways(session, [student.id], now()).get(student.id, ())
    own = _own(student)
    way = next((way for way in every if way.institution.id == own), None)
    return render_template(
        "degrees/degrees.html",
        student=student,
        ways=every,
        own=own,
        **_forms(way, sent),
        is_own=may(access.actor(), Permission.APPLY_DEGREE, student.policy_subject()),
        reads_hearings={way.institution.id: _reads_hearings(student, way.institution.id) for way in every},
        open_steps={way.institution.id: _open_steps(way) for way in every},
        waiting={way.institution.id: waits_for(way) for way in every},
        later={way.institution.id: since_conferred(way) for way in every},
        errands=errands.errands_of(session, every),
        step_names=STEPS,
        hearing_states=HEARINGS,
        names=names(session),
    )


def _forms(way: DegreeWay | None, sent: Form | None) -> dict[str, Any]:
    """The forms of the page, the one that was refused with what was entered."""
    known = {"graduation": GraduationForm, "notice": NoticeForm, "statement": StatementForm, "drop": DropForm}
    forms: dict[str, Any] = {
        f"{name}_form": sent if isinstance(sent, kind) else kind(formdata=None) for name, kind in known.items()
    }
    graduation = forms["graduation_form"]
    if graduation is not sent:
        _fill(graduation, way)
    graduation.revision.data = str(way.award.revision if way and way.award else 0)
    return forms


def _fill(form: GraduationForm, way: DegreeWay | None) -> None:
    form.offer(way.conferring if way else None)
    award = way.award if way else None
    if award is not None and award.outcome:
        form.outcome.data, form.on.data = award.outcome, award.graduated_on
        if "number" in form:
            form.number.data = award.graduation_number


def _own(student: Student) -> str | None:
    """The institution for which the reader acts as its registrar, if any of the two."""
    kept = student.kept_by(access.signed_in())
    return kept.institution_id if kept else None


def _reads_hearings(student: Student, institution: str) -> bool:
    """A procedure is between the person and the one institution."""
    own = student.policy_subject().at(institution)
    return may(access.actor(), Permission.APPLY_DEGREE, own) or may(access.actor(), Permission.RECORD_GRADUATION, own)


def _open_steps(way: DegreeWay) -> frozenset[DegreeStep]:
    """The steps that may be taken now."""
    if way.conferred_on is not None or way.conferring is None:
        return frozenset()
    return frozenset(step for step in way.order if missing_before(step, way.order, way.progress) is None)


ON_ITS_PAGE = HomePage(needs=Permission.SEE_RECORD, about=student_of, show=_shown)
ON_THE_PAGE_OF_THE_HEARD = HomePage(needs=Permission.SEE_RECORD, about=heard, show=_shown)
OF_A_DEGREE = "/students/<int:student_id>/degrees/<institution>"


def _page_of(student: Student) -> str:
    return url_for("degrees.degrees", student_id=student.id)


@step_page(
    blueprint, f"{OF_A_DEGREE}/apply", needs=Permission.APPLY_DEGREE, about=degree_at, on=ON_ITS_PAGE, form=WayForm
)
def apply(degree: DegreeAt, _form: WayForm) -> Done:
    """Apply for the degree of one institution."""
    service.apply(db.session(), access.signed_in(), degree.student, degree.institution, now())
    return Done(_("You have applied for the degree."), _page_of(degree.student))


@step_page(
    blueprint,
    f"{OF_A_DEGREE}/application",
    needs=Permission.RECORD_GRADUATION,
    about=degree_at,
    on=ON_ITS_PAGE,
    form=WayForm,
)
def enter_application(degree: DegreeAt, _form: WayForm) -> Done:
    """Enter the application that a student has handed in on paper."""
    service.apply(db.session(), access.signed_in(), degree.student, degree.institution, now())
    return Done(_("The application is entered."), _page_of(degree.student))


@step_page(
    blueprint,
    f"{OF_A_DEGREE}/withdraw",
    needs=Permission.APPLY_DEGREE,
    about=degree_at,
    on=ON_ITS_PAGE,
    form=WayForm,
)
def withdraw(degree: DegreeAt, _form: WayForm) -> Done:
    """Take an application back."""
    service.withdraw_application(db.session(), access.signed_in(), degree.student, degree.institution, now())
    return Done(_("The application is withdrawn."), _page_of(degree.student))


def _graduation_form() -> GraduationForm:
    values = request.view_args or {}
    form = GraduationForm()
    session = db.session()
    form.offer(service.conferring_at(session, values["institution"]))
    return form


@step_page(
    blueprint,
    f"{OF_A_DEGREE}/graduation",
    needs=Permission.RECORD_GRADUATION,
    about=degree_at,
    on=ON_ITS_PAGE,
    form=_graduation_form,
)
def graduation(degree: DegreeAt, form: GraduationForm) -> Done:
    """Record how the studies ended."""
    service.graduate(
        db.session(), access.signed_in(), degree.student, degree.institution, form.wanted(), seen=form.seen, at=now()
    )
    return Done(_("The graduation is recorded."), _page_of(degree.student))


@step_page(
    blueprint,
    f"{OF_A_DEGREE}/notice",
    needs=Permission.RECORD_GRADUATION,
    about=degree_at,
    on=ON_ITS_PAGE,
    form=NoticeForm,
)
def notice(degree: DegreeAt, form: NoticeForm) -> Done:
    """Give notice that the degree may be refused."""
    hearings.notify(
        db.session(),
        access.signed_in(),
        degree.student,
        institution=degree.institution,
        grounds=form.grounds.data or "",
        at=now(),
    )
    return Done(_("Notice is given, and the student is told."), _page_of(degree.student))


@step_page(
    blueprint,
    "/hearings/<int:hearing_id>/statement",
    needs=Permission.BE_HEARD,
    about=hearings.hearing_of,
    on=ON_THE_PAGE_OF_THE_HEARD,
    form=StatementForm,
)
def statement(hearing: Hearing, form: StatementForm) -> Done:
    """Keep what the person says."""
    words = form.statement.data or ""
    hearings.speak(db.session(), access.signed_in(), hearing, words, seen=form.seen, at=now())
    return Done(_("The statement is kept."), _page_of(hearing.student))


@step_page(
    blueprint,
    "/hearings/<int:hearing_id>/waive",
    needs=Permission.APPLY_DEGREE,
    about=hearings.hearing_of,
    on=ON_THE_PAGE_OF_THE_HEARD,
    form=WayForm,
)
def waive(hearing: Hearing, form: WayForm) -> Done:
    """Say that one will not speak."""
    hearings.waive(db.session(), access.signed_in(), hearing, seen=form.seen, at=now())
    return Done(_("You have said that you will not speak."), _page_of(hearing.student))


@step_page(
    blueprint,
    "/hearings/<int:hearing_id>/close",
    needs=Permission.RECORD_GRADUATION,
    about=hearings.hearing_of,
    on=ON_THE_PAGE_OF_THE_HEARD,
    form=WayForm,
)
def close(hearing: Hearing, form: WayForm) -> Done:
    """End a hearing whose time is over."""
    hearings.close_hearing(db.session(), access.signed_in(), hearing, seen=form.seen, at=now())
    return Done(_("The hearing is closed; a session can decide."), _page_of(hearing.student))


@step_page(
    blueprint,
    "/hearings/<int:hearing_id>/drop",
    needs=Permission.RECORD_GRADUATION,
    about=hearings.hearing_of,
    on=ON_THE_PAGE_OF_THE_HEARD,
    form=DropForm,
)
def drop(hearing: Hearing, form: DropForm) -> Done:
    """Let the procedure go."""
    reason = form.reason.data or ""
    hearings.drop(db.session(), access.signed_in(), hearing, reason, seen=form.seen, at=now())
    return Done(_("The procedure is dropped, and the student is told."), _page_of(hearing.student))


def _tick(errand: ErrandAt, *, done: bool) -> Done:
    session = db.session()
    way = service.way_at(session, errand.student, errand.institution, now())
    errands.tick(session, access.signed_in(), way, errand.errand, done=done, at=now())
    return Done("", f"{_page_of(errand.student)}#errands")


@step_page(
    blueprint,
    f"{OF_A_DEGREE}/errands/<errand>/tick",
    needs=Permission.APPLY_DEGREE,
    about=errand_at,
    on=ON_ITS_PAGE,
    form=WayForm,
)
def tick(errand: ErrandAt, _form: WayForm) -> Done:
    """Say that an errand is seen to."""
    return _tick(errand, done=True)


@step_page(
    blueprint,
    f"{OF_A_DEGREE}/errands/<errand>/untick",
    needs=Permission.APPLY_DEGREE,
    about=errand_at,
    on=ON_ITS_PAGE,
    form=WayForm,
)
def untick(errand: ErrandAt, _form: WayForm) -> Done:
    """Say that an errand is not seen to after all."""
    return _tick(errand, done=False)
