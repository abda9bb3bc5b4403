"""Does each reader read in their own language?"""

import datetime as dt
from decimal import Decimal

import pytest
from flask_babel import force_locale

from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.web.language import i18n
from tests.people import person, signed_in


def lang(response):
    return response.text.split('<html lang="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("zh", "zh-Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"),
        ("es-MX,es;q=0.9", "es"),
        ("ca, es;q=0.8, en;q=0.5", "es"),
        ("de", "en"),
        ("en;q=0.2, es;q=0.9", "es"),
        ("", "en"),
    ],
)
def test_the_browser_says_what_the_reader_prefers(make_app_without_tables, header, expected):
    client = make_app_without_tables().test_client()

    assert lang(client.get("/sign-in", headers={"Accept-Language": header})) == expected


def test_a_chosen_language_stays_and_outweighs_the_browser(make_app_without_tables):
    client = make_app_without_tables().test_client()

    answer = client.get("/language/zh_Hans?next=/help/permissions")

    assert answer.headers["Location"] == "/help/permissions"
    assert lang(client.get("/sign-in", headers={"Accept-Language": "es"})) == "zh-Hans"


def test_a_language_that_is_not_offered_is_no_page(make_app_without_tables):
    assert make_app_without_tables().test_client().get("/language/de").status_code == 404


def test_the_language_of_the_account_outweighs_the_browser(make_app):
    app = make_app()
    with app.app_context():
        client = signed_in(app, db.session, person(db.session, "a@upv.es", locale="es"))

    assert lang(client.get("/account", headers={"Accept-Language": "zh"})) == "es"


@pytest.mark.parametrize(
    ("locale", "value", "expected"),
    [
        ("es", Decimal("4.125"), "4,125"),
        ("en", (Decimal("6.0"), Decimal(0), Decimal("-0")), "6, 0, -0"),
        ("en", Decimal("1234.5"), "1,234.5"),
        ("zh_Hans", Decimal("0.1") + Decimal("0.2"), "0.3"),
        ("zh_Hans", dt.date(2026, 11, 23), "2026年11月23日"),
        ("en", dt.date(2026, 11, 23), "23 November 2026"),
        ("es", dt.date(2026, 11, 23), "23 de noviembre de 2026"),
        ("en", dt.datetime(2026, 11, 23, 10, 5, tzinfo=dt.timezone(dt.timedelta(hours=8))), "23 Nov 2026, 02:05 UTC"),
        ("es", {"es": "créditos", "en": "credits"}, "créditos"),
        ("zh_Hans", {"en": "credits"}, "credits"),
        ("zh_Hans", ("甲", "乙"), "甲、乙"),
        ("es", ["a", Decimal("1.5")], "a, 1,5"),
        ("es", Message("Up to %(n)s of %(of)s", {"n": Decimal("1.5"), "of": Message("x")}), "Up to 1,5 of x"),
        ("en", 7, "7"),
    ],
)
def test_everything_of_the_core_is_said_in_the_readers_language(make_app_without_tables, locale, value, expected):
    with make_app_without_tables().test_request_context(), force_locale(locale):
        assert i18n.say(value) == expected


@pytest.mark.parametrize(("locale", "expected"), [("es", "inglés"), ("zh_Hans", "英语"), ("en", "English")])
def test_the_language_of_a_course_is_named_in_the_readers(make_app_without_tables, locale, expected):
    with make_app_without_tables().test_request_context(), force_locale(locale):
        assert i18n.language_name("en") == expected


@pytest.mark.parametrize(("locale", "expected"), [("es", "China"), ("zh_Hans", "中国"), ("en", "China")])
def test_a_nationality_is_the_name_of_a_country(make_app_without_tables, locale, expected):
    with make_app_without_tables().test_request_context(), force_locale(locale):
        assert i18n.country_name("CN") == expected


def test_a_moment_is_also_readable_by_machines(make_app_without_tables):
    with make_app_without_tables().test_request_context(), force_locale("es"):
        written = i18n.moment(dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC))

    assert written == '<time datetime="2026-11-23T09:00:00+00:00">23 nov 2026, 9:00 UTC</time>'


def test_another_language_for_a_while_leaves_the_readers_own_as_it_was(make_app_without_tables):
    with make_app_without_tables().test_request_context(headers={"Accept-Language": "es"}):
        before = i18n.day(dt.date(2026, 11, 23))
        with force_locale("zh_Hans"):
            meanwhile = i18n.day(dt.date(2026, 11, 23))
        after = i18n.day(dt.date(2026, 11, 23))

    assert (before, meanwhile, after) == ("23 de noviembre de 2026", "2026年11月23日", before)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ _('100 %%') }}", "100 %"),
        ("{{ _('%(a)s at 100 %%', a=value) }}", "&lt;b&gt; at 100 %"),
        ("{{ _('%(a)s and %(a)s', a=value | safe) }}", "<b> and <b>"),
        ("{{ _('%(a)s of %(b)s', a=3, b=figure) }}", "3 of 1.50"),
        ("{{ ngettext('%(num)s %(a)s', '%(num)s times %(a)s', 2, a=value) }}", "2 times &lt;b&gt;"),
    ],
)
def test_what_is_put_into_words_is_escaped_unless_it_is_safe(make_app_without_tables, template, expected):
    app = make_app_without_tables()
    with app.test_request_context(), force_locale("en"):
        page = app.jinja_env.from_string(template)

        assert page.render(value="<b>", figure=Decimal("1.50")) == expected


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "2026/2027 term 1"),
        ("es", "2026/2027, semestre A"),
        ("zh_Hans", "2026/2027学年第一学期"),
    ],
)
def test_a_term_is_called_as_offices_call_it(make_app_without_tables, locale, expected):
    with make_app_without_tables().test_request_context(), force_locale(locale):
        assert i18n.term("2026-1") == expected


@pytest.mark.parametrize("term", ["2026-27", "autumn", "", "2026-4"])
def test_a_term_of_another_form_is_left_as_it_is(make_app_without_tables, term):
    with make_app_without_tables().test_request_context():
        assert i18n.term(term) == term
