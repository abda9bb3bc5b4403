"""Does the menu offer what the reader may open, and nothing else?"""

from sqlalchemy import select

from dualdegree.accounts.models import Person
from dualdegree.core.policy import Permission
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.web import navigation
from dualdegree.web.listing import part
from dualdegree.web.pages import page
from tests.people import person, signed_in


def with_a_menu(office):
    @page(office, "/students", needs=Permission.SEE_STUDENTS, menu=(120, Message("Students")))
    def students():
        return " / ".join(
            " ".join(f"{item.label}:{item.current}" for item in group.items) for group in navigation.menu()
        )

    @page(office, "/students/new", needs=Permission.SEE_OWN_START, menu=(110, Message("New")))
    def new():
        return students()


def test_the_menu_offers_what_the_reader_may_open_in_its_order(office, make_app):
    with_a_menu(office)
    app = make_app()
    with app.app_context():
        registrar = signed_in(app, db.session, person(db.session, "r@upv.es", ("registrar", "upv.es")))
        student = signed_in(app, db.session, person(db.session, "s@upv.es", ("student", "upv.es")))

    assert registrar.get("/students").text == "Start: / New: Students:page"
    assert student.get("/students/new").text == "Start: / New:page"


def test_a_page_below_another_marks_that_one_in_the_menu(office, make_app):
    with_a_menu(office)
    app = make_app()
    with app.app_context():
        registrar = signed_in(app, db.session, person(db.session, "r@upv.es", ("registrar", "upv.es")))

    assert registrar.get("/students/new").text == "Start: / New:page Students:true"


def test_the_public_has_no_menu(make_app_without_tables):
    with make_app_without_tables().test_request_context():
        assert navigation.menu() == ()


def test_this_page_with_another_value_keeps_the_others(make_app_without_tables):
    with make_app_without_tables().test_request_context("/sign-in?next=/a&page=3"):
        assert navigation.here(page=4) == "/sign-in?next=/a&page=4"
        assert navigation.here(page=None) == "/sign-in?next=/a"


def test_a_long_list_comes_in_parts_and_beyond_its_end_is_its_end(make_app):
    app = make_app()
    everybody = select(Person).order_by(Person.email)
    with app.app_context():
        for number in range(5):
            person(db.session, f"p{number}@upv.es")
        db.session.commit()

    with app.test_request_context("/?page=99"):
        last = part(db.session(), everybody, rows=2)
    with app.test_request_context("/?page=nonsense"):
        first = part(db.session(), everybody, rows=2)
    with app.test_request_context(f"/?page={10**30}"):
        beyond = part(db.session(), everybody, rows=2)
    with app.test_request_context("/?page=2"):
        nobody = part(db.session(), everybody.where(Person.email == ""), rows=2)

    assert ([row.email for row in last.rows], last.number, last.pages, last.total) == (["p4@upv.es"], 3, 3, 5)
    assert [row.email for row in first.rows] == ["p0@upv.es", "p1@upv.es"]
    assert ([row.email for row in beyond.rows], beyond.number) == (["p4@upv.es"], 3)
    assert (nobody.rows, nobody.number, nobody.pages, nobody.total) == ((), 1, 1, 0)
