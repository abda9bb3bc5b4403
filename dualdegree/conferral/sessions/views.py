"""Which pages prepare a session of the body, show what it would do, and close it?"""

from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from dualdegree import stakes
from dualdegree.conferral import service as conferral
from dualdegree.conferral.degrees.presenting import STEPS, waits_for
from dualdegree.conferral.degrees.service import conferring_at
from dualdegree.conferral.models import ConferralSession
from dualdegree.conferral.sessions import closing, service
from dualdegree.conferral.sessions.forms import EntriesForm, EntryRow, SessionForm, entries_form
from dualdegree.conferral.sessions.presenting import RESULTS, consequence
from dualdegree.conferral.ways import DegreeWay, ways_at
from dualdegree.core.conferral.sessions import SessionResult, counted
from dualdegree.core.conferral.steps import DegreeStep
from dualdegree.core.policy import Permission
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes.institutions.conferring import Conferring
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import profile_of
from dualdegree.records.service import people
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import SeenForm
from dualdegree.web.forms.steps import Answer, Done, HomePage, step_page, taken
from dualdegree.web.language.i18n import say, today
from dualdegree.web.listing import part
from dualdegree.web.pages import page

blueprint = Blueprint("sessions", __name__, template_folder="templates")

READY, EVERYBODY, HOLDERS = "ready", "all", "conferred"
FILTERS: Mapping[str, Message] = {
    READY: Message("Whom the body can decide on"),
    HOLDERS: Message("Whose degree is conferred"),
    EVERYBODY: Message("Everybody"),
}
"""Whom the draft of a session lists."""


@page(blueprint, "/sessions", needs=Permission.HOLD_SESSION, menu=(420, Message("Sessions")))
def listed() -> str:
    """The sessions of the institution's body, newest first."""
    session, own = db.session(), access.signed_in().institution or ""
    rows = part(session, service.sessions_at(own))
    counts = {row.id: counted([SessionResult(entry.result) for entry in row.entries]) for row in rows.rows}
    conferring = _conferring(own)
    return render_template(
        "sessions/sessions.html", sessions=rows, counts=counts, results=RESULTS, conferring=conferring
    )


@page(blueprint, "/sessions/new", needs=Permission.HOLD_SESSION, methods=("GET", "POST"))
def new() -> Answer:
    """Begin the draft of a session."""
    session, own = db.session(), access.signed_in().institution or ""
    conferring = _conferring(own)
    form = SessionForm(data={"on": today(now())})
    if conferring is not None:
        form.offer(conferring)

    def step() -> Done:
        row = service.draft(session, access.signed_in(), own, form.wanted(), now())
        return Done(_("The draft is there; nothing is decided yet."), _page_of(row))

    if conferring is None:
        return render_template("sessions/new.html", form=None, conferring=None)
    return taken(form, step, lambda: render_template("sessions/new.html", form=form, conferring=conferring))


@page(
    blueprint,
    "/sessions/<int:session_id>",
    needs=Permission.HOLD_SESSION,
    about=service.session_of,
    methods=("GET", "POST"),
)
def session_(row: ConferralSession) -> Answer:
    """One session: whom it decides on and how, with all that follows; while it is a draft it can be changed."""
    if row.is_closed:
        return _closed(row)
    session = db.session()
    listed_ways = _listed(row)
    form = entries_form(_rows(row, listed_ways), row.revision)

    def step() -> Done:
        service.enter(session, access.signed_in(), row, form.wanted(), seen=form.seen)
        return Done(_("The draft is kept; nothing is decided yet."), f"{_page_of(row)}#preview")

    return taken(form, step, lambda: _shown(row, form, listed_ways))


def _draft(row: ConferralSession, _sent: SeenForm | None = None) -> str:
    if row.is_closed:
        return _closed(row)
    listed_ways = _listed(row)
    return _shown(row, entries_form(_rows(row, listed_ways), row.revision), listed_ways)


ON_ITS_PAGE = HomePage(needs=Permission.HOLD_SESSION, about=service.session_of, show=_draft)


@step_page(
    blueprint,
    "/sessions/<int:session_id>/close",
    needs=Permission.HOLD_SESSION,
    about=service.session_of,
    on=ON_ITS_PAGE,
    form=SeenForm,
)
def close(row: ConferralSession, form: SeenForm) -> Done:
    """Let everything that the draft says be decided."""
    closing.close(db.session(), access.signed_in(), row, seen=form.seen, at=now())
    return Done(_("The session is closed; everybody whom it concerns is told."), _page_of(row))


@step_page(
    blueprint,
    "/sessions/<int:session_id>/discard",
    needs=Permission.HOLD_SESSION,
    about=service.session_of,
    on=ON_ITS_PAGE,
    form=SeenForm,
)
def discard(row: ConferralSession, form: SeenForm) -> Done:
    """Take a draft away."""
    service.discard(db.session(), access.signed_in(), row, seen=form.seen, at=now())
    return Done(_("The draft is discarded."), url_for("sessions.listed"))


def _page_of(row: ConferralSession) -> str:
    return url_for("sessions.session_", session_id=row.id)


def _conferring(institution: str) -> Conferring | None:
    try:
        return conferring_at(db.session(), institution)
    except Refusal:
        return None


def _listed(row: ConferralSession) -> Sequence[DegreeWay]:
    """The ways of those whom the draft lists: whoever is put down already, and whom the filter asks for."""
    session, wanted = db.session(), _filter()
    known = ways_at(session, row.institution_id, conferral.students_of(session, row.institution_id), now())
    put_down = {entry.student_id for entry in row.entries}
    shown = [way for student, way in known.items() if student in put_down or _is_wanted(way, wanted)]
    return sorted(shown, key=lambda way: (way.student.family_name, way.student.given_name, way.student.id))


def _filter() -> str:
    wanted = request.args.get("show", READY)
    return wanted if wanted in FILTERS else READY


def _is_wanted(way: DegreeWay, wanted: str) -> bool:
    if wanted == EVERYBODY:
        return True
    if wanted == HOLDERS:
        return way.conferred_on is not None
    return _is_ready(way) or way.hearing is not None


def _is_ready(way: DegreeWay) -> bool:
    """Whether nothing stands between the student and a decision for the degree."""
    return way.awaits is DegreeStep.DECISION and way.first is None and way.hearing is None


def _rows(row: ConferralSession, shown: Sequence[DegreeWay]) -> list[EntryRow]:
    """What is put down for each, a number for whoever is ready, and with ``preset`` the degree as well."""
    entries = {entry.student_id: entry for entry in row.entries}
    open_to = [way.student.id for way in shown if _is_ready(way) and way.student.id not in entries]
    numbers = service.proposed_numbers(db.session(), row, open_to)
    preset = request.args.get("preset") == SessionResult.CONFERRED
    rows = []
    for way in shown:
        entry = entries.get(way.student.id)
        rows.append(
            EntryRow(
                student=way.student.id,
                name=say(way.student.full_name),
                result=entry.result if entry else SessionResult.CONFERRED.value if preset and _is_ready(way) else "",
                number=entry.number if entry else numbers.get(way.student.id) or _number(way),
                reason=entry.reason if entry else "",
            )
        )
    return rows


def _number(way: DegreeWay) -> str:
    return (way.award.certificate_number or "") if way.award else ""


def _shown(row: ConferralSession, form: EntriesForm, shown: Sequence[DegreeWay]) -> str:
    session = db.session()
    lines = service.preview(session, row, now())
    students = [entry.student_id for entry in row.entries]
    return render_template(
        "sessions/draft.html",
        row=row,
        form=form,
        ways=shown,
        waiting={way.student.id: waits_for(way) for way in shown},
        lines=lines,
        counts=counted([SessionResult(line.entry.result) for line in lines]),
        consequence=consequence,
        stakes=stakes.at_stake(session, students),
        filters=FILTERS,
        wanted=_filter(),
        results=RESULTS,
        steps=STEPS,
        modality=_modality(row),
    )


def _closed(row: ConferralSession) -> str:
    session = db.session()
    return render_template(
        "sessions/closed.html",
        row=row,
        lines=service.preview(session, row, now()),
        results=RESULTS,
        modality=_modality(row),
        closed_by=people(session, [row.closed_by]).get(row.closed_by or 0, ""),
        events=history_lines(session, row.subject, row.institution_id),
    )


def _modality(row: ConferralSession) -> str:
    institution = db.session().get_one(Institution, row.institution_id)
    conferring = profile_of(institution).conferring
    names = conferring.modalities.names if conferring and conferring.modalities else {}
    return say(names.get(row.modality or "", {}))
