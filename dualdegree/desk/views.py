"""What does each person see first? The start page of each role, gathered from every office."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dualdegree.conferral.presenting import STAGES
from dualdegree.core.policy import Permission, Role
from dualdegree.core.text import Message, Text
from dualdegree.db import db
from dualdegree.deadlines import service as due
from dualdegree.deadlines.presenting import STATES as DEADLINE_STATES
from dualdegree.desk import history as happened
from dualdegree.desk import service
from dualdegree.desk.message_views import unread
from dualdegree.programmes import service as programmes
from dualdegree.programmes.texts import short_name
from dualdegree.transcript import documents as issued_documents
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.listing import part
from dualdegree.web.pages import page

blueprint = Blueprint("desk", __name__, template_folder="templates")


@page(blueprint, "/", needs=Permission.SEE_OWN_START, menu=(0, Message("Start")))
def start() -> str | Response:
    """The first page: of a registrar, an advisor, a mentor or a student."""
    actor = access.signed_in()
    if actor.institutions(Role.REGISTRAR):
        return _office()
    if actor.institutions(Role.ADVISOR):
        return redirect(url_for("desk.advisees"))
    if actor.institutions(Role.MENTOR) and not actor.institutions(Role.STUDENT):
        return redirect(url_for("placements.listed"))
    return _own()


@page(blueprint, "/advisees", needs=Permission.SEE_ADVISEES, menu=(110, Message("My students")))
def advisees() -> str:
    """The students whom this person advises, and how both degrees of each stand."""
    session = db.session()
    students = service.advisees(session, access.signed_in().person_id, now())
    return render_template("desk/advisees.html", students=students, names=_names(), news=unread())


@page(blueprint, "/history", needs=Permission.SEE_HISTORY, menu=(530, Message("History")))
def history() -> str:
    """Who changed what at the registrar's institution, when and why."""
    session, words = db.session(), request.args.get("q", "").strip()[:100]
    search = happened.search_for(session, words)
    events = part(session, happened.events_of(access.signed_in().institution or "", search))
    acts = tuple(happened.entries(session, events.rows, search))
    return render_template("desk/history.html", events=events, acts=acts, words=words)


def _office() -> str:
    session, institution = db.session(), access.signed_in().institution or ""
    office = service.office(session, institution, now())
    return render_template("desk/office.html", office=office, stages=STAGES, names=_names(), news=unread())


def _own() -> str:
    session = db.session()
    student = service.own_student(session, access.signed_in().person_id)
    audits = service.progress(session, student, now()) if student else None
    return render_template(
        "desk/own.html",
        student=student,
        audits=audits,
        documents=issued_documents.documents_of(session, student) if student else (),
        deadlines=due.of_student(session, student, now()) if student else (),
        deadline_states=DEADLINE_STATES,
        names=_names(),
        news=unread(),
    )


def _names() -> dict[str, Text]:
    return {institution.id: short_name(institution) for institution in programmes.institutions(db.session())}
