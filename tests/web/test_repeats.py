"""Is a form that is sent twice, or four times at once, done once, and answered each time alike?"""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask import flash, redirect, render_template_string, request

from dualdegree.accounts.models import Person
from dualdegree.core.policy import Permission
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.db import db, lock
from dualdegree.web.guard.repeats import SentForm
from dualdegree.web.pages import page
from tests.atonce import at_once, clients_of
from tests.people import person, signed_in

FORM = '{% from "ui/forms.html" import post %}{{ post("/new", "New") }}'


@pytest.fixture
def app(office, make_app):
    @page(office, "/new", needs=Permission.SEE_OWN_START, methods=("GET", "POST"))
    def new():
        if request.method == "GET":
            return render_template_string(FORM)
        session, name = db.session(), request.form["name"]
        if name == "refused":
            raise Refusal("Not like this.")
        session.add(
            Person(email=request.form.get("email", f"{name}{_count(session)}@upv.es"), name=name, password_hash="")
        )
        session.flush()
        if name == "shown":
            return "shown"
        flash(f"{name} is stored.")
        return redirect(f"/?{name}")

    @page(office, "/taken", needs=Permission.SEE_OWN_START, methods=("POST",))
    def taken():
        session = db.session()
        row = session.scalars(sa.select(Person).where(Person.name == "Somebody")).one()
        lock(session, row)
        if row.locale:
            raise Conflict("Somebody has taken it.")
        row.locale = "es"
        return redirect("/")

    return make_app(PROPAGATE_EXCEPTIONS=False)


def _count(session):
    return session.scalar(sa.select(sa.func.count(Person.id)))


@pytest.fixture
def ines(app):
    with app.app_context():
        return signed_in(app, db.session, person(db.session, "ines@upv.es"))


def mark(client):
    return re.search('name="once" value="([^"]+)"', client.get("/new").text)[1]


def stored(app, name):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(Person.id)).where(Person.name == name))


def test_a_form_sent_four_times_at_once_is_done_once_and_answered_alike(app, ines):
    sent = {"once": mark(ines), "name": "Graphs"}

    answers = at_once(*(lambda client=client: client.post("/new", data=sent) for client in clients_of(ines, 4)))

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(302, "/?Graphs")] * 4
    assert stored(app, "Graphs") == 1


def test_a_repeat_says_what_was_said_at_first(app, ines):
    sent = {"once": mark(ines), "name": "Graphs"}

    first = ines.post("/new", data=sent, follow_redirects=True)
    second = ines.post("/new", data=sent, follow_redirects=True)

    assert first.text == second.text == "first page; Graphs is stored."
    assert stored(app, "Graphs") == 1


def test_another_rendering_and_something_else_entered_are_done_by_themselves(app, ines):
    old = mark(ines)

    for sent in (
        {"once": old, "name": "Graphs"},
        {"once": old, "name": "Sets"},
        {"once": mark(ines), "name": "Graphs"},
    ):
        assert ines.post("/new", data=sent).status_code == 302

    assert (stored(app, "Graphs"), stored(app, "Sets")) == (2, 1)


@pytest.mark.parametrize(("name", "status"), [("refused", 400), ("shown", 200)])
def test_what_led_nowhere_is_answered_anew_each_time(app, ines, name, status):
    sent = {"once": mark(ines), "name": name}

    assert [ines.post("/new", data=sent).status_code for _ in range(2)] == [status] * 2
    with app.app_context():
        assert db.session.scalars(sa.select(SentForm)).all() == []


def test_nobody_gets_the_answer_of_another_person(app, ines):
    with app.app_context():
        other = signed_in(app, db.session, person(db.session, "other@upv.es"))
    sent = {"once": mark(ines), "name": "Graphs"}

    ines.post("/new", data=sent)
    other.post("/new", data=sent)

    assert stored(app, "Graphs") == 2


@pytest.mark.parametrize("wrong", ["", "x" * 23, "x" * 21 + "\u00e9"])
def test_a_mark_that_is_none_is_no_claim(app, ines, wrong):
    for _ in range(2):
        assert ines.post("/new", data={"once": wrong, "name": "Graphs"}).status_code == 302

    assert stored(app, "Graphs") == 2


def test_answers_are_kept_for_a_day(app, ines):
    start = dt.datetime.now(dt.UTC)
    for hours in (0, 1, 26):
        app.config["CLOCK"] = lambda hours=hours: start + dt.timedelta(hours=hours)
        with app.app_context():
            ines = signed_in(app, db.session, db.session.get_one(Person, 1), app.config["CLOCK"]())
        ines.post("/new", data={"once": mark(ines), "name": "Graphs"})

    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(SentForm.id))) == 1


def test_two_of_what_may_be_there_once_end_on_the_page_that_says_so(app, ines):
    deeds = [
        lambda client=client: client.post("/new", data={"name": "Graphs", "email": "one@upv.es"})
        for client in clients_of(ines, 4)
    ]

    answers = at_once(*deeds)

    assert sorted(answer.status_code for answer in answers) == [302, 409, 409, 409]
    assert sum("The same was done at this very moment" in answer.text for answer in answers) == 3


def test_a_row_that_is_locked_is_read_as_it_stands_by_then(app, ines):
    answers = at_once(*(lambda client=client: client.post("/taken") for client in clients_of(ines, 4)))

    assert sorted(answer.status_code for answer in answers) == [302, 409, 409, 409]
