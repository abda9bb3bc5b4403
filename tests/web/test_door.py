"""Does a control character reach no page, wherever it is sent, and no log print what a statement was given?"""

import io

import pytest
import sqlalchemy as sa
from flask import request

import config
from dualdegree.core.policy import Permission
from dualdegree.db import db
from dualdegree.web import navigation
from dualdegree.web.pages import page

SENTENCE = "What you sent holds a control character"


@pytest.fixture
def client(office, make_app_without_tables):
    @page(office, "/kept/<name>", needs=Permission.SEE_PUBLIC, methods=("GET", "POST"))
    def kept(name):
        return f"{name} {request.args.to_dict()} {request.form.to_dict()} {[*request.files]} {request.is_json}"

    return make_app_without_tables().test_client()


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        ("/kept/a%00b", {}),
        ("/kept/a?q=a%00b", {}),
        ("/kept/a?q%01=a", {}),
        ("/kept/a", {"data": {"reason": "a\x00b"}}),
        ("/kept/a", {"data": {"rea\x1bson": "a"}}),
        ("/kept/a", {"data": {"file": (io.BytesIO(b"x"), "a\x85b.csv")}}),
        ("/kept/a", {"json": {"a": ["b", {"c": "\x00"}]}}),
        ("/kept/a", {"json": {"a": "\ud800"}}),
    ],
)
def test_a_control_character_is_refused_with_a_sentence_wherever_it_stands(client, place, sent):
    answer = client.open(place, method="POST" if sent else "GET", **sent)

    assert answer.status_code == 400
    assert SENTENCE in answer.text


@pytest.mark.parametrize("text", ["two\r\nlines", "a\tcolumn", "北航", "Núñez", "\u202eabc", "\ufeff"])
def test_what_texts_are_made_of_passes(client, text):
    answer = client.post("/kept/a", data={"reason": text}, query_string={"q": text})

    assert answer.status_code == 200


def test_a_nul_in_the_address_of_a_sign_in_is_refused_on_both_databases(make_app):
    answer = make_app().test_client().post("/sign-in", data={"email": "a\x00@upv.es", "password": "x"})

    assert answer.status_code == 400
    assert SENTENCE in answer.text


def test_what_a_statement_was_given_stands_in_no_error(make_app):
    with make_app().app_context(), pytest.raises(sa.exc.DBAPIError) as raised:
        db.session.execute(sa.text("SELECT nothing FROM nowhere WHERE email = :email"), {"email": "mei@buaa.edu.cn"})

    assert "mei@buaa.edu.cn" not in str(raised.value)


@pytest.mark.parametrize("name", ["endpoint", "_method", "_scheme", "_anchor", "_external", "self", "values"])
def test_what_readers_send_stays_behind_the_question_mark(make_app_without_tables, name):
    with make_app_without_tables().test_request_context(f"/sign-in?{name}=http"):
        assert navigation.here(page=2) == f"/sign-in?{name}=http&page=2"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 302),
        ("127.0.0.1:8000", 302),
        ("[::1]:8000", 302),
        ("degrees.example.edu", 302),
        ("Degrees.Example.edu:443", 302),
        ("health.internal", 302),
        ("evil.example", 400),
        ("degrees.example.edu.evil.example", 400),
        ("degrees.example.edu@evil.example", 400),
        ("", 400),
    ],
)
def test_pages_answer_to_the_systems_own_names_alone(make_app_without_tables, host, status):
    named = {"PUBLIC_URL": "https://degrees.example.edu", "TRUSTED_HOSTS": "health.internal, "}
    app = make_app_without_tables(HOSTS=config.hosts(named))

    answer = app.test_client().get("/", headers={"Host": host})

    assert answer.status_code == status
    assert ("does not answer to the name" in answer.text) is (status == 400)


@pytest.mark.parametrize(
    "url", ["degrees.example.edu", "ftp://degrees.example.edu", "https://", "https://a.example?b=c"]
)
def test_an_address_that_is_none_is_refused_with_its_name(url, tmp_path):
    with pytest.raises(config.BadSetting, match="PUBLIC_URL is"):
        config.from_environment({"PUBLIC_URL": url, "DUALDEGREE_INSTANCE": str(tmp_path)})
