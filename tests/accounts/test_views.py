"""Can people sign in, keep their account and sign out, in a browser?"""

import datetime as dt
import re

import pytest

from dualdegree.db import db
from tests.people import PASSWORD, person, signed_in
from tests.small import small_app, small_settings


@pytest.fixture
def app(backend, wardrobe, tmp_path):
    settings = small_settings(backend.url, tmp_path)
    with wardrobe.lent("small", backend.url, lambda: small_app(settings), settings) as web:
        yield web


@pytest.fixture
def ines(app):
    with app.app_context():
        return signed_in(app, db.session, person(db.session, "ines@upv.es", ("student", "upv.es"), name="Inés"))


def known(app, email="a@upv.es"):
    with app.app_context():
        person(db.session, email)
        db.session.commit()
    return app.test_client()


def test_the_roles_of_the_trial_accounts_are_named_in_the_readers_language(app):
    app.config["DEMO_ACCOUNTS"] = [{"role": "advisor", "name": "Ana", "email": "a@upv.es", "password": "x"}]

    shown = app.test_client().get("/sign-in", headers={"Accept-Language": "es"}).text

    assert "<dt>Tutor" in shown


def test_signing_in_leads_to_where_one_wanted_to_be(app):
    client = known(app)

    answer = client.post("/sign-in?next=/account", data={"email": "a@upv.es", "password": PASSWORD})

    assert answer.headers["Location"] == "/account"
    assert client.get("/account").status_code == 200


def test_signing_in_never_leads_to_another_site(app):
    answer = known(app).post("/sign-in?next=//evil.example", data={"email": "a@upv.es", "password": PASSWORD})

    assert answer.headers["Location"] == "/"


def test_a_wrong_password_says_so_and_keeps_the_address(app):
    answer = known(app).post("/sign-in", data={"email": "a@upv.es", "password": "wrong"})

    assert answer.status_code == 400
    assert "do not belong together" in answer.text
    assert 'value="a@upv.es"' in answer.text
    assert "wrong" not in re.sub('class="wrong"', "", answer.text)


def test_an_empty_form_names_both_places(app):
    answer = app.test_client().post("/sign-in", data={})

    assert 'href="#email"' in answer.text
    assert 'aria-describedby="password-error"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_whoever_is_signed_in_needs_not_sign_in_again(ines):
    assert ines.get("/sign-in?next=/account").headers["Location"] == "/account"


def test_signing_out_ends_it(ines):
    answer = ines.post("/sign-out", follow_redirects=True)

    assert "You have signed out." in answer.text
    assert ines.get("/account").headers["Location"] == "/sign-in?next=/account"


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(app, ines):
    with ines.session_transaction() as cookie:
        token = cookie["_user_id"]
    ines.post("/sign-out")

    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = token

    assert thief.get("/account").status_code == 302


def test_a_sign_in_times_out(app):
    with app.app_context():
        client = signed_in(app, db.session, person(db.session, "a@upv.es"))

    app.config["CLOCK"] = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)

    assert client.get("/account").status_code == 302


def test_the_account_shows_name_roles_and_this_device(ines):
    page = ines.get("/account").text

    assert "<h1>Inés</h1>" in page
    assert "upv.es" in page
    assert "This device" in page


def test_the_language_of_the_account_is_kept(ines):
    ines.post("/account/language", data={"language": "es"})

    assert '<html lang="es">' in ines.get("/account", headers={"Accept-Language": "zh"}).text
    assert ines.post("/account/language", data={"language": "de"}).status_code == 400


def test_another_device_can_be_signed_out(app):
    with app.app_context():
        somebody = person(db.session, "a@upv.es")
        lost, here = signed_in(app, db.session, somebody), signed_in(app, db.session, somebody)

    (address,) = set(re.findall(r"/account/sign-ins/\d+/end", here.get("/account").text))
    here.post(address)

    assert lost.get("/account").status_code == 302
    assert here.get("/account").status_code == 200
    assert here.post("/account/sign-ins/999/end").status_code == 404


def test_a_password_is_changed_by_whoever_knows_the_present_one(app, ines):
    new = "another long password"

    wrong = ines.post("/account/password", data={"old": "wrong", "new": new, "again": new})
    differs = ines.post("/account/password", data={"old": PASSWORD, "new": new, "again": "typo"})
    short = ines.post("/account/password", data={"old": PASSWORD, "new": "short", "again": "short"})
    done = ines.post("/account/password", data={"old": PASSWORD, "new": new, "again": new})

    assert [answer.status_code for answer in (wrong, differs, short, done)] == [400, 400, 400, 302]
    assert "This is not your present password." in wrong.text
    assert "The two are not the same." in differs.text
    assert "12 to 200 characters" in short.text
    client = app.test_client()
    assert client.post("/sign-in", data={"email": "ines@upv.es", "password": new}).status_code == 302


def test_the_demonstration_shows_whom_one_can_be(app):
    app.config["DEMO_ACCOUNTS"] = (
        {"role": "registrar", "name": "王立新", "email": "registrar@buaa.edu.cn", "password": PASSWORD},
    )

    page = app.test_client().get("/sign-in").text

    assert "registrar@buaa.edu.cn" in page
    assert "nothing here is official" in page
