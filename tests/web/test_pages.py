"""Does a page open for whom its permission says, with the thing it is about, in one transaction?"""

import re

import pytest

from dualdegree.accounts.models import Person
from dualdegree.core.policy import Permission, of_institutions, of_student
from dualdegree.core.refusal import Absent
from dualdegree.db import db
from dualdegree.web.pages import About, every_page, page
from tests.people import person, signed_in


def without_token(text):
    """A page without what tells when it was made."""
    return re.sub(r'(name="csrf_token"[^>]*value=)"[^"]*"', r"\1", text)


def the_record(session, number):
    """Record 1 belongs to person 1 and has person 2 as advisor; there is no other."""
    if number != 1:
        raise Absent("There is no such student.")
    return About("a record", of_student(institutions=("upv.es",), owner=1, advisors=(2,)))


def name_of(session, person_id):
    return session.get(Person, person_id).name


def test_a_page_without_a_permission_cannot_be_written(office):
    with pytest.raises(TypeError, match="needs"):
        page(office, "/x")


def test_a_page_that_depends_on_the_student_must_say_what_it_is_about(office):
    with pytest.raises(TypeError, match="must say what it is about"):
        page(office, "/x", needs=Permission.SEE_RECORD)


def test_the_view_gets_the_thing_and_the_other_values_of_the_address(office, make_app):
    @page(office, "/records/<int:number>/<language>", needs=Permission.SEE_RECORD, about=the_record)
    def record(thing, language):
        return f"{thing} in {language}"

    app = make_app()
    with app.app_context():
        client = signed_in(app, db.session, person(db.session, "a@upv.es", ("student", "upv.es")))

    assert client.get("/records/1/es").text == "a record in es"


def test_what_is_not_there_and_what_one_may_not_know_of_look_the_same(office, make_app):
    @page(office, "/records/<int:number>", needs=Permission.SEE_RECORD, about=the_record)
    def record(thing):
        return thing

    app = make_app()
    with app.app_context():
        person(db.session, "owner@upv.es")
        stranger = signed_in(app, db.session, person(db.session, "b@upv.es", ("student", "upv.es")))

    hidden, absent = stranger.get("/records/1"), stranger.get("/records/2")

    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert without_token(hidden.text.replace("/records/1", "")) == without_token(absent.text.replace("/records/2", ""))


def test_whoever_may_see_a_record_is_told_that_the_step_is_not_theirs(office, make_app):
    @page(office, "/records/<int:number>/sign", needs=Permission.SIGN_OFF, about=the_record, methods=("POST",))
    def sign(thing):
        return thing

    app = make_app()
    with app.app_context():
        owner = signed_in(app, db.session, person(db.session, "owner@upv.es", ("student", "upv.es")))

    assert owner.post("/records/1/sign").status_code == 403


def test_the_public_is_sent_to_sign_in_and_back_before_anything_is_looked_up(office, make_app):
    @page(office, "/records/<int:number>", needs=Permission.SEE_RECORD, about=the_record)
    def record(thing):
        return thing

    client = make_app().test_client()

    assert client.get("/records/7?a=b").headers["Location"] == "/sign-in?next=/records/7?a%3Db"


def test_a_thing_that_cannot_say_whose_it_is_opens_for_nobody(office, make_app):
    @page(office, "/x", needs=Permission.SEE_HISTORY, about=lambda session: "no subject")
    def broken(thing):
        return thing

    app = make_app()
    with app.app_context():
        client = signed_in(app, db.session, person(db.session, "r@upv.es", ("registrar", "upv.es")))

    with pytest.raises(TypeError, match="cannot say whose it is"):
        client.get("/x")


def changes(office, url, ending):
    """A page that renames person 1 and then ends like this."""

    @page(office, url, needs=Permission.SEE_OWN_START, methods=("POST",))
    def change():
        db.session.get(Person, 1).name = "Changed"
        return ending()


def fails():
    raise Absent("It was not there.")


@pytest.mark.parametrize(
    ("ending", "kept"),
    [(lambda: "done", "Changed"), (lambda: ("not so", 400), "Before"), (fails, "Before")],
    ids=["returns", "answers 400", "raises"],
)
def test_whoever_returns_commits_and_whoever_raises_rolls_back(office, make_app, ending, kept):
    changes(office, "/change", ending)
    app = make_app()
    with app.app_context():
        client = signed_in(app, db.session, person(db.session, "a@upv.es", name="Before"))

    client.post("/change")

    with app.app_context():
        assert name_of(db.session, 1) == kept


def test_every_page_can_be_listed_with_what_it_needs(office, make_app):
    @page(office, "/x", needs=Permission.SEE_PUBLIC)
    def known():
        return ""

    facts = every_page(make_app())["office.known"]

    assert (facts.needs, facts.methods) == (Permission.SEE_PUBLIC, ("GET",))


def test_the_transactions_of_a_page_act_for_the_institution_of_the_reader(office, make_app):
    @page(office, "/x", needs=Permission.SEE_STUDENTS)
    def whose():
        return db.session().info["institution"]

    app = make_app()
    with app.app_context():
        client = signed_in(app, db.session, person(db.session, "r@upv.es", ("registrar", "upv.es")))

    assert client.get("/x").text == "upv.es"


def test_a_registrar_has_no_say_in_another_institutions_business(office, make_app):
    @page(
        office,
        "/of/<place>",
        needs=Permission.IMPORT_FILES,
        about=lambda session, place: About(place, of_institutions(place)),
    )
    def imports(place):
        return place

    app = make_app()
    with app.app_context():
        client = signed_in(app, db.session, person(db.session, "r@upv.es", ("registrar", "upv.es")))

    assert client.get("/of/upv.es").status_code == 200
    assert client.get("/of/buaa.edu.cn").status_code == 403
