"""Does a refused form say so where one looks first: in the title, in the focus, at each field?"""

import io
import re

import pytest
from flask import render_template_string
from flask_babel import force_locale
from wtforms import FieldList, FormField, HiddenField, StringField
from wtforms import Form as Row

from dualdegree.core.policy import Permission
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.web.forms import FigureField, Form, required
from dualdegree.web.guard import uploads
from dualdegree.web.guard.uploads import UploadField
from dualdegree.web.pages import page

PAGE = """\
{% extends "ui/base.html" %}
{% from "ui/forms.html" import field, form as a_form %}
{% block title %}A course{% endblock %}
{% block content %}<h1>A course</h1><p>{{ size }} bytes</p>
{% call a_form(form, upload=true) %}{{ field(form.title) }}{{ field(form.file) }}{% endcall %}{% endblock %}
"""


class PartRow(Row):
    credits = StringField("Credits", validators=[required("Say how many credits.")])


class CourseForm(Form):
    title = StringField("Title", description="In English.", validators=[required("Give the title.")])
    file = UploadField("Syllabus")
    parts = FieldList(FormField(PartRow))
    revision = HiddenField()


@pytest.fixture
def make_client(office, make_app_without_tables):
    @page(office, "/course", needs=Permission.SEE_PUBLIC, methods=("GET", "POST"))
    def course():
        form = CourseForm()
        if form.is_submitted() and form.validate() and form.title.data == "taken":
            form.refuse(Refusal(Message("There is such a course already.")))
            form.refuse(Refusal(Message("The page is out of date.")), "revision")
        size = len(form.file.data.read()) if form.file.data else 0
        return render_template_string(PAGE, form=form, size=size), 400 if form.errors else 200

    return lambda **settings: make_app_without_tables(**settings).test_client()


def test_a_page_that_refused_nothing_has_its_plain_title(make_client):
    answer = make_client().get("/course")

    assert "<title>A course" in answer.text
    assert "autofocus" not in answer.text


def test_the_title_says_so_first_and_the_summary_has_the_focus(make_client):
    answer = make_client().post("/course", data={"title": ""})

    assert "<title>Error: A course" in answer.text
    assert 'role="alert" tabindex="-1" autofocus' in answer.text
    assert answer.text.count("autofocus") == 1


def test_each_mistake_leads_to_its_field_which_names_its_own(make_client):
    text = make_client().post("/course", data={"title": ""}).text

    assert '<a href="#title">Title: Give the title.</a>' in text
    (entered,) = re.findall('<input[^>]*id="title"[^>]*>', text)
    assert 'aria-invalid="true"' in entered
    assert 'aria-describedby="title-hint title-error"' in entered
    assert 'id="title-error">Give the title.' in text


def test_a_mistake_in_a_row_leads_to_the_row_and_one_of_the_form_nowhere(make_client):
    client = make_client()

    rows = client.post("/course", data={"title": "Graphs", "parts-0-credits": "6", "parts-1-credits": ""}).text
    whole = client.post("/course", data={"title": "taken"}).text

    assert '<a href="#parts-1-credits">Credits: Say how many credits.</a>' in rows
    assert "parts-0-credits" not in rows
    assert "<li>There is such a course already.</li>" in whole
    assert "<li>The page is out of date.</li>" in whole


def test_a_file_that_is_too_large_is_refused_by_its_form_which_keeps_the_rest(make_client):
    client = make_client(MAX_UPLOAD_BYTES=256 * 1024)

    answer = client.post("/course", data={"title": "Graphs", "file": (io.BytesIO(b"x" * 300_000), "guía.pdf")})

    assert answer.status_code == 400
    assert "“guía.pdf” is larger than 256 KB." in answer.text
    assert 'value="Graphs"' in answer.text
    assert "<p>0 bytes</p>" in answer.text


@pytest.mark.parametrize("size", [1, 100_000, 256 * 1024])
def test_a_file_of_the_allowed_size_arrives_whole(make_client, monkeypatch, size):
    monkeypatch.setattr(uploads, "IN_MEMORY", 50_000)
    client = make_client(MAX_UPLOAD_BYTES=256 * 1024)

    answer = client.post("/course", data={"title": "Graphs", "file": (io.BytesIO(b"x" * size), "guide.pdf")})

    assert answer.status_code == 200
    assert f"<p>{size} bytes</p>" in answer.text


class SizeForm(Form):
    credits = FigureField("Credits")


@pytest.mark.parametrize(("locale", "shown"), [("es", "4,5"), ("en", "4.5"), ("zh_Hans", "4.5")])
def test_a_figure_stands_in_its_field_as_the_reader_writes_it(make_app_without_tables, locale, shown):
    with make_app_without_tables().test_request_context(), force_locale(locale):
        assert f'value="{shown}"' in SizeForm(credits="4.5").credits()


@pytest.mark.parametrize(
    ("typed", "read"), [("4,5", "4.5"), ("4.5", "4.5"), (" 4,5 ", "4.5"), ("1.000,5", "1.000,5"), ("four", "four")]
)
def test_a_figure_is_read_with_a_comma_or_a_point_and_anything_else_as_it_was_typed(
    make_app_without_tables, typed, read
):
    with make_app_without_tables().test_request_context(method="POST", data={"credits": typed}):
        assert SizeForm().credits.data == read
