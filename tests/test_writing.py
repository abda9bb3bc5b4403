"""Does each language write moments as its readers do?"""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from dualdegree import writing
from dualdegree.core.text import Country, Language, Message

MOMENT = dt.datetime(2026, 11, 23, 20, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("zh_Hans", "Asia/Shanghai", "2026年11月24日 04:30 UTC+8"),
        ("es", "Europe/Madrid", "23 nov 2026, 21:30 UTC+1"),
        ("en", "America/Sao_Paulo", "23 Nov 2026, 17:30 UTC−3"),
        ("en", "Asia/Kolkata", "24 Nov 2026, 02:00 UTC+5:30"),
        ("en", "UTC", "23 Nov 2026, 20:30 UTC"),
    ],
)
def test_a_moment_is_on_the_clocks_of_a_zone_and_says_how_far_they_are_from_utc(language, zone, expected):
    assert writing.moment(MOMENT, language, ZoneInfo(zone)) == expected


@pytest.mark.parametrize(("language", "expected"), [("zh_Hans", "西班牙"), ("es", "España"), ("en", "Spain")])
def test_a_country_is_said_by_its_name(language, expected):
    assert writing.said(Country("ES"), language, str) == expected


@pytest.mark.parametrize(("language", "expected"), [("zh_Hans", "英语"), ("es", "inglés"), ("en", "English")])
def test_a_language_is_said_by_its_name(language, expected):
    assert writing.said(Language("en"), language, str) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("北京航空航天大学", "尚待北京航空航天大学确认"), ("UPV", "尚待 UPV 确认")],
)
def test_a_chinese_sentence_has_no_blank_between_two_characters(name, expected):
    waits = Message("Waits for %(who)s", {"who": name})

    assert writing.said(waits, "zh_Hans", lambda _words: "尚待 %(who)s 确认") == expected
