"""Does a language certificate count?"""

import datetime as dt
from dataclasses import replace

import pytest

from dualdegree.core.refusal import Refusal
from dualdegree.core.training.certificates import (
    CertificateFacts,
    CertificateRules,
    LanguageRule,
    LanguageScale,
    is_expired,
    number_end,
    objection,
    refuse_unsound,
)

CEFR = LanguageScale(id="cefr", title={"en": "CEFR"}, levels=("A1", "A2", "B1", "B2", "C1", "C2"))
HSK = LanguageScale(id="hsk", title={"en": "HSK"}, levels=("1", "2", "3", "4", "5", "6"))
TODAY = dt.date(2026, 11, 23)
ENGLISH = CertificateFacts(
    language="en", scale="cefr", level="B2", issuer="Cambridge", number_end="4711",
    awarded_on=dt.date(2024, 10, 15), expires_on=dt.date(2026, 10, 15),
)  # fmt: skip
B2 = LanguageRule(milestone="b2", title={"en": "B2"}, language="en", at_least={"cefr": "B2"}, valid_on=None)
B2_WHEN_APPLYING = replace(B2, valid_on={"en": "on the day of application"})
CHINESE = LanguageRule(milestone="hsk4", title={"en": "HSK 4"}, language="zh", at_least={"hsk": "4"}, valid_on=None)
RULES = CertificateRules(
    institution="west.example", scales={"cefr": CEFR, "hsk": HSK}, asks=(B2, CHINESE), warn_days=90
)


@pytest.mark.parametrize(
    ("wrong", "about", "words"),
    [
        ({"level": "B3"}, "level", '"B3" is no level of CEFR; its levels are A1, A2, B1, B2, C1, C2.'),
        ({"scale": "hsk", "level": "4"}, "level", "Certificates in this language are taken on these scales: CEFR."),
        ({"language": "fr"}, "language", "No curriculum asks for a certificate in this language; choose one of the list."),
        ({"awarded_on": dt.date(2026, 11, 24)}, "awarded_on", "The day on which it was issued has not come yet; correct it."),
        ({"expires_on": dt.date(2024, 10, 15)}, "expires_on", "It would expire on 2024-10-15, which is not after the day on which it was issued, 2024-10-15."),
        ({"issuer": " "}, "issuer", "Say who issued the certificate."),
    ],
)  # fmt: skip
def test_what_no_certificate_can_say_is_refused_at_its_field(wrong, about, words):
    with pytest.raises(Refusal) as refused:
        refuse_unsound(replace(ENGLISH, **wrong), [RULES], TODAY)

    assert (str(refused.value), refused.value.about) == (words, about)


def test_a_certificate_counts_from_the_least_level_on():
    assert objection(ENGLISH, B2, RULES, TODAY) is None
    assert objection(replace(ENGLISH, level="C1"), B2, RULES, TODAY) is None
    low = objection(replace(ENGLISH, level="B1"), B2, RULES, TODAY)
    assert str(low) == "B1 is below B2, the least level that is asked for (CEFR)."


def test_a_scale_that_the_rule_does_not_name_is_not_taken():
    assert objection(replace(ENGLISH, scale="hsk", level="6"), B2, RULES, TODAY) is not None


def test_an_expired_certificate_counts_unless_the_institution_asks_for_a_valid_one():
    assert is_expired(ENGLISH, TODAY)
    assert objection(ENGLISH, B2, RULES, TODAY) is None
    assert str(objection(ENGLISH, B2_WHEN_APPLYING, RULES, TODAY)) == (
        "It expired on 2026-10-15 and has to be valid on 2026-11-23 (on the day of application)."
    )
    assert objection(ENGLISH, B2_WHEN_APPLYING, RULES, dt.date(2026, 10, 15)) is None


def test_only_the_end_of_a_number_is_kept():
    assert number_end("AB 12-3456 78") == "5678"
    assert number_end("12") == "12"
