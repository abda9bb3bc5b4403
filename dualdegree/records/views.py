"""Which pages show students, their record over two registers, and the files that told us?"""

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dualdegree import stakes
from dualdegree.core.policy import Permission, may
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.programmes.curricula.reading import routes_in_words
from dualdegree.programmes.curricula.vocabulary import vocabulary_of
from dualdegree.programmes.presenting import names, version_called
from dualdegree.programmes.service import institution as institution_of
from dualdegree.programmes.service import institutions, versions_with
from dualdegree.records import importing, service
from dualdegree.records.fields import FIELDS, MARKS, STATUSES, thing_in_words, value_in_words
from dualdegree.records.forms import ColumnsForm, ImportForm, columns_form
from dualdegree.records.importing.people.links import waiting_for
from dualdegree.records.models import ImportBatch, Student
from dualdegree.records.presenting import POLICIES, STANDINGS, STATES, shown_mean, told_besides
from dualdegree.records.rejections import as_csv
from dualdegree.records.standing.notes import notes_on
from dualdegree.records.standing.presenting import STATES as ENROLMENT_STATES
from dualdegree.records.standing.states import standings_of
from dualdegree.uploads import Unreadable
from dualdegree.web import access, spreadsheet
from dualdegree.web.clock import now
from dualdegree.web.forms import Form
from dualdegree.web.forms.steps import Answer, Done, HomePage, StepPage, step_page, taken
from dualdegree.web.language.i18n import say, today
from dualdegree.web.listing import part
from dualdegree.web.pages import every_page, page

blueprint = Blueprint("records", __name__, template_folder="templates")

PLACES: tuple[tuple[str, Message], ...] = (
    ("audit.progress", Message("Progress")),
    ("audit.picture", Message("Picture")),
    ("plans.saved", Message("Plans")),
    ("records.record", Message("Record")),
    ("theses.of_student", Message("Thesis")),
    ("certificates.of_student", Message("Certificates")),
    ("enrolments.enrolment", Message("Enrolment")),
    ("requests.listed", Message("Recognition")),
    ("placements.of_student", Message("Placements")),
    ("transcript.documents", Message("Documents")),
    ("degrees.degrees", Message("Degrees")),
    ("conferral.conferral", Message("Conferral")),
    ("moving.curriculum", Message("Curriculum version")),
    ("given.equivalences", Message("Equivalences version")),
    ("records.link", Message("Link of the registers")),
)
"""The pages about one student, side by side."""


@blueprint.app_template_global()
def student_places(student: Student) -> list[tuple[str, str]]:
    """The pages about this student that the reader may open, with their words."""
    pages, reader = every_page(current_app), access.actor()
    return [
        (say(words), url_for(endpoint, student_id=student.id))
        for endpoint, words in PLACES
        if endpoint in pages and may(reader, pages[endpoint].needs, student.policy_subject())
    ]


@blueprint.app_template_global()
def student_notes(student: Student) -> list[tuple[str, Message]]:
    """What every page about this student says at its head: a state that is not the ordinary one, little time, holds."""
    return notes_on(db.session(), student, access.actor(), now())


@page(blueprint, "/students", needs=Permission.SEE_STUDENTS, menu=(120, Message("Students")))
def students() -> str:
    """The students enrolled at the registrar's institution, to search and filter."""
    session, own = db.session(), access.signed_in().institution or ""
    words, admission = request.args.get("q", "").strip()[:100], request.args.get("admission", "")
    state = next((known for known in ENROLMENT_STATES if known == request.args.get("state")), None)
    in_state = (state, today(now())) if state else None
    listed = part(session, service.students_of(own, words=words, admission=admission, in_state=in_state))
    enrolments = [side for student in listed.rows for side in student.enrolments if side.institution_id == own]
    return render_template(
        "records/students.html",
        students=listed,
        state=state,
        states=ENROLMENT_STATES,
        standings=standings_of(session, enrolments, now()),
        admissions=service.admissions_of(session, own),
        words=words,
        admission=admission,
        routes_in_words=routes_in_words,
        version_called=version_called,
        own=own,
        names=names(session),
    )


@page(blueprint, "/students/<int:student_id>", needs=Permission.SEE_RECORD, about=service.student_of)
def record(student: Student) -> str:
    """One student's record over both registers."""
    session = db.session()
    held = service.record_of(session, student)
    known = {row.id: row for row in institutions(session)}
    return render_template(
        "records/record.html",
        student=student,
        record=held,
        means={
            side.institution_id: shown_mean(held.register(side.institution_id), side, known[side.institution_id])
            for side in student.enrolments
        },
        policies=POLICIES,
        enrolled=standings_of(session, student.enrolments, now()),
        states=ENROLMENT_STATES,
        advisors=service.people(session, [enrolment.advisor_id for enrolment in student.enrolments]),
        more={enrolment.id: told_besides(enrolment, access.signed_in()) for enrolment in student.enrolments},
        names=names(session),
        statuses=STATUSES,
        marks=MARKS,
        standings=STANDINGS,
        routes_in_words=routes_in_words,
        version_called=version_called,
    )


@page(blueprint, "/imports", needs=Permission.IMPORT_FILES, menu=(130, Message("Imports")))
def imports() -> str:
    """The files that were offered for the registrar's institution, newest first."""
    session, own = db.session(), access.signed_in().institution or ""
    batches = part(session, service.batches_of(own))
    return render_template(
        "records/imports.html",
        batches=batches,
        people=service.people(session, [batch.person_id for batch in batches.rows]),
        links=session.scalar(sa.select(sa.func.count()).select_from(waiting_for(own).subquery())),
        kinds=importing.KINDS,
        states=STATES,
    )


@page(blueprint, "/imports/template/<kind>.xlsx", needs=Permission.IMPORT_FILES)
def import_template(kind: str) -> Response:
    """An empty file of this kind with the headings of the institution's profile, and what belongs into each column."""
    if kind not in importing.KINDS:
        abort(404)
    own = institution_of(db.session(), access.signed_in().institution or "")
    headers = {"Content-Disposition": f'attachment; filename="{kind}-{own.id}.xlsx"'}
    return Response(importing.blank_file(own, kind, say), content_type=spreadsheet.XLSX, headers=headers)


@page(blueprint, "/imports/new", needs=Permission.IMPORT_FILES, methods=("GET", "POST"))
def new_import() -> Answer:
    """Offer a file, which is read and previewed."""
    form, actor = ImportForm({key: kind.title for key, kind in importing.KINDS.items()}), access.signed_in()

    def step() -> Done:
        chosen, own = form.file.data, actor.institution or ""
        try:
            batch = importing.offer(
                db.session(),
                form.kind.data,
                own,
                chosen.filename,
                chosen.read(),
                actor=actor,
                at=now(),
                whole=form.whole.data,
            )
        except (Unreadable, Absent) as refused:
            raise Refusal(refused.message, about="file") from refused
        return Done("", url_for("records.columns" if batch.is_unread else "records.import_", batch_id=batch.id))

    return taken(form, step, lambda: render_template("records/new_import.html", form=form, kinds=importing.KINDS))


@page(
    blueprint,
    "/imports/<int:batch_id>/columns",
    needs=Permission.IMPORT_FILES,
    about=service.batch_of,
    methods=("GET", "POST"),
)
def columns(batch: ImportBatch) -> Answer:
    """Which column of an offered file is which field, kept in the institution's profile for every file after it."""
    session, own = db.session(), batch.institution_id
    shown = importing.columns_of(session, batch)
    titles = {name: importing.FIELDS[name] for name in shown.fields}
    form = columns_form(shown.columns, titles, institution_of(session, own).revision)

    def step() -> Done:
        importing.say_columns(session, access.signed_in(), batch, form.fields, seen=form.seen, at=now())
        return Done(_("The columns are kept in the profile."), url_for("records.import_", batch_id=batch.id))

    return taken(form, step, lambda: _columns_shown(batch, shown, form))


def _columns_shown(batch: ImportBatch, shown: importing.ColumnsForKind, form: ColumnsForm) -> str:
    return render_template(
        "records/columns.html",
        batch=batch,
        preview=importing.from_json(batch.report),
        columns=shown.columns,
        needed=_needed(shown.needs),
        kinds=importing.KINDS,
        form=form,
    )


def _needed(needs: importing.Needs) -> list[Message]:
    all_of = {"fields": tuple(importing.FIELDS[name] for name in needs.all_of)}
    groups = [{"fields": tuple(importing.FIELDS[name] for name in group)} for group in needs.any_of]
    return [
        Message("Such a file cannot do without these: %(fields)s.", all_of),
        *(Message("It needs at least one of these: %(fields)s.", group) for group in groups),
    ]


@page(blueprint, "/imports/<int:batch_id>", needs=Permission.IMPORT_FILES, about=service.batch_of)
def import_(batch: ImportBatch) -> str:
    """What one file would do, or did: counts, rejected rows, changes."""
    return _shown(batch)


def _shown(batch: ImportBatch, _sent: Form | None = None) -> str:
    session = db.session()
    students = importing.touched_by(session, batch)
    own = batch.institution_id
    vocabulary = vocabulary_of(versions_with(db.session(), own))
    return render_template(
        "records/import.html",
        batch=batch,
        preview=importing.from_json(batch.report),
        stakes=stakes.at_stake(session, students),
        verdicts=stakes.verdicts_at_stake(session, students),
        people=service.people(session, [batch.person_id, batch.taken_back_by]),
        kinds=importing.KINDS,
        states=STATES,
        fields=FIELDS,
        marks=MARKS,
        thing_in_words=thing_in_words,
        value_in_words=value_in_words,
        titles=vocabulary.things_at(own),
        versions=vocabulary.versions_at(own),
    )


ON_ITS_PAGE = HomePage(needs=Permission.IMPORT_FILES, about=service.batch_of, show=_shown)


def _step_page(action: str) -> StepPage[Form]:
    url, needs = f"/imports/<int:batch_id>/{action}", Permission.IMPORT_FILES
    return step_page(blueprint, url, needs=needs, about=service.batch_of, on=ON_ITS_PAGE, form=Form)


@_step_page("confirm")
def confirm(batch: ImportBatch, _form: Form) -> Done:
    """Apply every row that is not rejected."""
    said = _("Done. The rows below are in the record now.")
    try:
        importing.confirm(db.session(), access.signed_in(), batch, now())
    except importing.PreviewOutdated as outdated:
        # The new preview is kept and shown instead, so this is no refusal.
        flash(say(outdated.message), "warning")
        said = ""
    return Done(said, url_for("records.import_", batch_id=batch.id))


@_step_page("withdraw")
def withdraw(batch: ImportBatch, _form: Form) -> Done:
    """Forget the file."""
    importing.withdraw(db.session(), access.signed_in(), batch)
    return Done(_("The file is withdrawn; nothing was changed."), url_for("records.imports"))


@page(blueprint, "/imports/<int:batch_id>/rejected.csv", needs=Permission.IMPORT_FILES, about=service.batch_of)
def rejected(batch: ImportBatch) -> Response:
    """The rejected rows as a file to mend and offer again."""
    content = as_csv(importing.from_json(batch.report))
    headers = {"Content-Disposition": f'attachment; filename="rejected-{batch.id}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)
