"""Does every error end in a page that says what happened and what to do?"""

import pytest
from sqlalchemy.orm.exc import StaleDataError

from dualdegree.core.policy import NotAllowed, Permission
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.web.pages import page
from tests.people import person, signed_in


class OfItsOwn(Refusal):
    """A domain error that some feature has named."""


def raising(office, error):
    @page(office, "/x", needs=Permission.SEE_PUBLIC)
    def failing():
        raise error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OfItsOwn(Message("Line 3 has no course.")), 400),
        (NotAllowed("Only a registrar may."), 403),
        (Absent("There is no such course."), 404),
        (Conflict("It is signed off already."), 409),
    ],
)
def test_a_domain_error_says_its_own_sentence_with_its_status(office, make_app_without_tables, error, status):
    raising(office, error)

    answer = make_app_without_tables().test_client().get("/x")

    assert answer.status_code == status
    assert str(error) in answer.text


def test_two_people_editing_one_row_are_told_so(office, make_app_without_tables):
    raising(office, StaleDataError())

    answer = make_app_without_tables().test_client().get("/x")

    assert answer.status_code == 409
    assert "Somebody else was faster" in answer.text


def test_what_goes_wrong_on_our_side_is_a_page_that_asks_no_database(office, make_app):
    raising(office, RuntimeError("broken"))
    app = make_app(PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        client = signed_in(app, db.session, person(db.session, "a@upv.es", name="Lucía"))

    answer = client.get("/x")

    assert answer.status_code == 500
    assert "Nothing has been changed" in answer.text
    assert "Lucía" not in answer.text
    assert "broken" not in answer.text


def test_a_wrong_method_and_an_unknown_address_are_pages(make_app_without_tables):
    client = make_app_without_tables().test_client()

    assert "does not work like that" in client.post("/help/permissions").text
    assert "There is no such page" in client.get("/nowhere").text
