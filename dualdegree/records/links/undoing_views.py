"""Which pages undo a wrong link, with all that it touches before anybody says yes?"""

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree.core.policy import Permission
from dualdegree.core.refusal import Absent
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes.presenting import names
from dualdegree.records import service
from dualdegree.records.importing.people.identity import personal_data_in
from dualdegree.records.links import undoing
from dualdegree.records.links.undoing_forms import UndoingAnswerForm, UndoingForm, UndoingRefusalForm
from dualdegree.records.links.views import link_list
from dualdegree.records.models import LinkUndoing, Student
from dualdegree.records.views import blueprint
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form
from dualdegree.web.forms.steps import Answer, Done, HomePage, step_page, taken
from dualdegree.web.pages import About, page

__all__ = ["blueprint"]

PAGE = "/students/<int:student_id>/link"


def _undoing_of(session: orm.Session, student_id: int) -> LinkUndoing:
    row = undoing.open_undoing(session, service.student_of(session, student_id))
    if row is None:
        raise Absent("No undoing of this link waits.")
    return row


def _to_answer(session: orm.Session, student_id: int) -> About:
    """The undoing, which is the confirming institution's business."""
    row = _undoing_of(session, student_id)
    return About(row, row.student.policy_subject().at(row.institution_id))


def _to_withdraw(session: orm.Session, student_id: int) -> About:
    """The undoing, as the proposing institution's business."""
    row = _undoing_of(session, student_id)
    return About(row, row.student.policy_subject().at(row.proposer_id))


@page(blueprint, PAGE, needs=Permission.IMPORT_FILES, about=service.student_of)
def link(student: Student) -> str:
    """How both registers hold the student, what rests on that, and the proposal that they are two persons."""
    return _shown(student)


@page(blueprint, f"{PAGE}/undo", needs=Permission.IMPORT_FILES, about=service.student_of, methods=("GET", "POST"))
def undo_link(student: Student) -> Answer:
    """Propose, for the own institution, that the two enrolments are two persons'."""
    session, actor = db.session(), access.signed_in()
    form = _form(session, student)

    def step() -> Done:
        undoing.propose(
            session,
            actor,
            student,
            institution=actor.institution or "",
            reason=form.reason.data or "",
            account_of=form.account_of(),
            digest=form.read,
            at=now(),
        )
        return Done(_("Proposed. The partner confirms or refuses; until then nothing changes."), _page(student.id))

    def show() -> str:
        form.digest.data = undoing.at_stake(session, student).digest
        return _shown(student, proposal=form)

    return taken(form, step, show)


def _form(session: orm.Session, student: Student) -> UndoingForm:
    form = UndoingForm()
    held = student.person_id is not None
    likely = undoing.account_holder(session, student) if held and len(student.enrolments) > 1 else None
    form.offer([(side.id, side.number) for side in student.enrolments] if held else [], likely.id if likely else None)
    return form


def _shown(student: Student, sent: Form | None = None, proposal: UndoingForm | None = None) -> str:
    session, own = db.session(), access.signed_in().institution or ""
    waiting, touched = undoing.open_undoing(session, student), undoing.at_stake(session, student)
    answer = UndoingAnswerForm(formdata=None)
    refusal = sent if isinstance(sent, UndoingRefusalForm) else UndoingRefusalForm(formdata=None)
    if waiting is not None:
        answer.digest.data = touched.digest
        for each in (answer, refusal):
            each.reread(waiting)
    return render_template(
        "records/link.html",
        student=student,
        waiting=waiting,
        touched=touched,
        form=proposal,
        answer=answer,
        refusal=refusal,
        own=own,
        people=service.people(session, [waiting.proposed_by] if waiting else []),
        personal_data_in=personal_data_in,
        names=names(session),
        events=[event for event in history_lines(session, student.subject, own) if event.act in undoing.SENTENCES],
    )


def _show_undoing(row: LinkUndoing | Student, sent: Form) -> str:
    return _shown(row if isinstance(row, Student) else row.student, sent)


ON_ITS_PAGE = HomePage(needs=Permission.IMPORT_FILES, about=service.student_of, show=_show_undoing)


@step_page(
    blueprint,
    f"{PAGE}/confirm",
    needs=Permission.IMPORT_FILES,
    about=_to_answer,
    on=ON_ITS_PAGE,
    form=UndoingAnswerForm,
)
def confirm_undoing(row: LinkUndoing, form: UndoingAnswerForm) -> Done:
    """Make two students of one."""
    undoing.confirm(db.session(), access.signed_in(), row, seen=form.seen, digest=form.digest.data or "", at=now())
    return Done(_("The link is undone: each record stands for itself again."), link_list())


@step_page(
    blueprint,
    f"{PAGE}/refuse",
    needs=Permission.IMPORT_FILES,
    about=_to_answer,
    on=ON_ITS_PAGE,
    form=UndoingRefusalForm,
)
def refuse_undoing(row: LinkUndoing, form: UndoingRefusalForm) -> Done:
    """Say that the link is right."""
    undoing.refuse(db.session(), access.signed_in(), row, reason=form.answer.data or "", seen=form.seen, at=now())
    return Done(_("The link stays; the partner reads why."), _page(row.joined_id))


@step_page(
    blueprint,
    f"{PAGE}/withdraw",
    needs=Permission.IMPORT_FILES,
    about=_to_withdraw,
    on=ON_ITS_PAGE,
    form=UndoingAnswerForm,
)
def withdraw_undoing(row: LinkUndoing, form: UndoingAnswerForm) -> Done:
    """Take the proposal back."""
    undoing.withdraw(db.session(), access.signed_in(), row, seen=form.seen, at=now())
    return Done(_("The proposal is withdrawn; the link stays."), _page(row.joined_id))


def _page(student_id: int) -> str:
    return url_for("records.link", student_id=student_id)
