"""Is whoever guesses passwords slowed, and is nobody else?"""

import re

import pytest
from limits import parse
from structlog.testing import capture_logs

from dualdegree.db import db
from dualdegree.web.guard import failures
from tests.people import PASSWORD, person, signed_in
from tests.small import small_app, small_settings


@pytest.fixture
def app(backend, tmp_path):
    settings = small_settings(backend.url, tmp_path, RATELIMIT_ENABLED=True, TRUSTED_PROXIES=1)
    whole = small_app(settings)
    yield whole
    with whole.app_context():
        db.engine.dispose()


def people(app, *emails):
    with app.app_context():
        for email in emails:
            person(db.session, email)
        db.session.commit()


def attempt(app, email, password, address="192.0.2.1"):
    """Somebody signs in from this address, in a browser of their own."""
    sent = {"email": email, "password": password}
    return app.test_client().post("/sign-in", data=sent, headers={"X-Forwarded-For": address})


def test_an_office_behind_one_address_signs_in_as_often_as_it_likes(app):
    office = [f"registrar{number}@upv.es" for number in range(10)]
    people(app, *office)

    mistyped = [attempt(app, email, "mistyped").status_code for email in office for _ in range(2)]
    answers = [attempt(app, email, PASSWORD).status_code for email in office for _ in range(3)]

    assert mistyped == [400] * 20
    assert answers == [302] * 30


def test_guesses_at_one_account_from_many_addresses_are_slowed_and_logged(app):
    people(app, "mei@buaa.edu.cn", "ana@upv.es")

    with capture_logs() as logs:
        answers = [attempt(app, "Mei@buaa.edu.cn ", "guess", f"198.51.100.{number}") for number in range(12)]

    assert [answer.status_code for answer in answers] == [400] * 10 + [429] * 2
    assert attempt(app, "mei@buaa.edu.cn", PASSWORD, "198.51.100.99").status_code == 429
    assert attempt(app, "ana@upv.es", PASSWORD, "198.51.100.1").status_code == 302
    assert [line["failures"] for line in logs] == list(range(1, 11))
    assert "buaa" not in str(logs)


def test_the_page_says_how_long_to_wait_and_keeps_the_address(app):
    people(app, "mei@buaa.edu.cn")
    for _ in range(10):
        attempt(app, "mei@buaa.edu.cn", "guess")

    answer = attempt(app, "mei@buaa.edu.cn", PASSWORD)

    assert "Wait 15 min, then try once more" in answer.text
    assert 880 <= int(answer.headers["Retry-After"]) <= 900
    assert 'value="mei@buaa.edu.cn"' in answer.text


def test_one_address_cannot_try_one_password_at_everybodys_account(app, monkeypatch):
    monkeypatch.setattr(failures, "FROM_ADDRESS", parse("12 per 15 minutes"))

    answers = [attempt(app, f"{number}@upv.es", "password1234").status_code for number in range(13)]

    assert answers == [400] * 12 + [429]


def test_changing_the_password_counts_wrong_ones_and_nothing_else(app):
    with app.app_context():
        ines = signed_in(app, db.session, person(db.session, "ines@upv.es"))
    short = {"old": PASSWORD, "new": "short", "again": "short"}
    wrong = {"old": "a guess", "new": "several words in a row", "again": "several words in a row"}

    assert {ines.post("/account/password", data=short).status_code for _ in range(12)} == {400}
    answers = [ines.post("/account/password", data=wrong) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert re.search("Wait 1[45] min", answers[-1].text)
