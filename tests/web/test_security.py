"""Is every answer protected, every form against forgery, and no link led astray?"""

import pytest

from dualdegree.core.policy import Permission
from dualdegree.web.navigation import safe
from dualdegree.web.pages import page


def test_every_answer_allows_nothing_from_elsewhere_and_nothing_inline(make_app_without_tables):
    headers = make_app_without_tables().test_client().get("/sign-in").headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_over_https_the_browser_is_told_to_stay_there(make_app_without_tables):
    headers = make_app_without_tables().test_client().get("/sign-in", base_url="https://localhost").headers

    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_the_cookie_is_for_this_site_only_and_out_of_reach_of_scripts(make_app_without_tables):
    app = make_app_without_tables(WTF_CSRF_ENABLED=True, SESSION_COOKIE_SECURE=True)

    cookie = app.test_client().get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]

    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_form_that_was_not_ours_is_refused_with_a_page(make_app_without_tables):
    answer = (
        make_app_without_tables(WTF_CSRF_ENABLED=True)
        .test_client()
        .post("/sign-in", data={"email": "a@b.es", "password": "x"})
    )

    assert answer.status_code == 400
    assert "The form was open for too long" in answer.text


def test_a_file_that_is_too_large_ends_in_a_page_that_says_the_limit(office, make_app_without_tables):
    @page(office, "/upload", needs=Permission.SEE_PUBLIC, methods=("POST",))
    def upload():
        from flask import request

        return str(len(request.files))

    client = make_app_without_tables(MAX_CONTENT_LENGTH=2 * 1024 * 1024).test_client()

    answer = client.post("/upload", data=b"x" * (3 * 1024 * 1024), content_type="multipart/form-data; boundary=b")

    assert answer.status_code == 413
    assert "At most 2 MB can be sent at once" in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "",
        None,
        "javascript:x",
        "/a\nb",
        "/\t/evil.example",
    ],
)
def test_a_way_back_never_leads_to_another_site(target):
    assert safe(target, "/") == "/"


@pytest.mark.parametrize("target", ["/students/1?page=2", "/", "/a//b", "/search?next=https://example.org"])
def test_a_way_back_on_this_site_is_kept(target):
    assert safe(target, "/elsewhere") == target
