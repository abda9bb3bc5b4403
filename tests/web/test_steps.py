"""Does a step that is refused come back to its page, with what was typed, and to nobody who may not read that page?"""

import pytest
import sqlalchemy as sa
from flask import render_template_string
from wtforms import StringField

from dualdegree.core.policy import Permission, Subject
from dualdegree.core.refusal import Conflict, NeedsAnother, Refusal
from dualdegree.db import db
from dualdegree.web.forms import SeenForm, required
from dualdegree.web.forms.steps import Done, HomePage, step_page
from dualdegree.web.pages import About

TWICE = "the database has what was entered already"
PAGE = """\
{% extends "ui/base.html" %}
{% from "ui/forms.html" import field, form as a_form %}
{% block title %}A course{% endblock %}
{% block content %}<h1>A course</h1>
{% if open %}{% call a_form(form, "/courses/1/close") %}{{ field(form.reason) }}{% endcall %}{% endif %}{% endblock %}
"""


class Course:
    """Something that is closed once."""

    revision = 7


class CloseForm(SeenForm):
    reason = StringField("Why", validators=[required("Say why.")])

    @property
    def identity(self):
        return "reason"


@pytest.fixture
def closing(office, make_app_without_tables):
    """A page on which a course is closed; what the step raises and who may read the page are a test's to say."""

    def make(refusal, *, reads=Permission.SEE_PUBLIC, still_open=True):
        def about(session, course_id):
            return About(Course(), Subject())

        def show(course, form):
            return render_template_string(PAGE, form=form, open=still_open)

        @step_page(
            office,
            "/courses/<int:course_id>/close",
            needs=Permission.SEE_PUBLIC,
            about=about,
            on=HomePage(needs=reads, about=about, show=show),
            form=CloseForm,
        )
        def close(course, form):
            if refusal is TWICE:
                db.session.execute(sa.text("CREATE TABLE once (name TEXT UNIQUE)"))
                db.session.execute(sa.text("INSERT INTO once VALUES (:name), (:name)"), {"name": form.reason.data})
            elif refusal:
                raise refusal
            return Done("It is closed.", "/courses")

        return make_app_without_tables().test_client()

    return make


def test_what_was_done_is_said_and_led_on_from(closing):
    answer = closing(None).post("/courses/1/close", data={"reason": "Nobody comes."})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/courses")


def test_what_the_form_refuses_is_said_at_the_field(closing):
    answer = closing(None).post("/courses/1/close", data={"reason": ""})

    assert answer.status_code == 400
    assert '<a href="#reason">Why: Say why.</a>' in answer.text


def test_what_the_service_refuses_is_said_at_the_value_that_it_is_about(closing):
    answer = closing(Refusal("Say more.", about="reason")).post("/courses/1/close", data={"reason": "So."})

    assert answer.status_code == 400
    assert '<a href="#reason">Why: Say more.</a>' in answer.text
    assert 'value="So."' in answer.text
    assert 'aria-describedby="reason-error"' in answer.text


@pytest.mark.parametrize(
    ("refusal", "status", "headline"),
    [
        (Conflict("It has changed."), 409, "Somebody else was faster"),
        (NeedsAnother("Not you."), 400, "Another person has to do this"),
    ],
)
def test_what_no_other_entry_would_mend_has_another_headline(closing, refusal, status, headline):
    answer = closing(refusal).post("/courses/1/close", data={"reason": "So."})

    assert answer.status_code == status
    assert headline in answer.text
    assert "Please correct this" not in answer.text
    assert 'value="So."' in answer.text


def test_the_page_that_is_shown_again_has_the_revision_that_it_shows(closing):
    answer = closing(Conflict("It has changed.")).post("/courses/1/close", data={"reason": "So.", "revision": "6"})

    assert 'name="revision" type="hidden" value="7"' in answer.text


def test_where_the_form_is_not_offered_any_more_it_is_said_all_the_same_and_the_words_can_be_copied(closing):
    client = closing(Conflict("It is closed already."), still_open=False)

    answer = client.post("/courses/1/close", data={"reason": "Nobody comes."})

    assert "<title>Error: A course" in answer.text
    assert "<li>It is closed already.</li>" in answer.text
    assert "What you wrote: Why" in answer.text
    assert "Nobody comes." in answer.text


def test_what_the_database_has_already_is_refused_at_its_field_with_what_was_typed(closing):
    answer = closing(TWICE).post("/courses/1/close", data={"reason": "Nobody comes."})

    assert answer.status_code == 409
    assert '<p class="notice-title">The same was done at this very moment</p>' in answer.text
    assert '<a href="#reason">Why: You or somebody else did the same' in answer.text
    assert 'value="Nobody comes."' in answer.text


def test_nobody_sees_the_page_who_may_not_read_it(closing):
    client = closing(Conflict("It is closed already."), reads=Permission.SEE_RECORD)

    answer = client.post("/courses/1/close", data={"reason": "Nobody comes."})

    assert answer.status_code == 409
    assert "It is closed already." in answer.text
    assert "A course" not in answer.text
