"""Is a transcript one value with one spelling, and does it know what it cannot print?"""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from dualdegree.core.transcript import (
    Content,
    DocumentKind,
    Issue,
    MissingForms,
    NotATranscript,
    Transcript,
    canonical,
    digest,
    from_bytes,
    missing_forms,
    require_forms,
)
from tests.transcript import samples

FILES = Path(__file__).parent.parent / "transcript"
ZH_EN = ("zh_Hans", "en")


def without(text, language):
    return {key: words for key, words in text.items() if key != language}


def wanting(document, languages=ZH_EN):
    return [str(item.message) for item in missing_forms(document, languages)]


def test_a_transcript_reads_back_as_itself():
    document = samples.official()

    again = from_bytes(canonical(document), Transcript)

    assert again == document
    assert canonical(again) == canonical(document)


def test_a_content_reads_back_as_itself():
    assert from_bytes(canonical(samples.content(3)), Content) == samples.content(3)


def test_a_document_of_the_first_format_is_read_for_ever():
    document = from_bytes((FILES / "first-format.json").read_bytes(), Transcript)

    assert document.issue == samples.issue()
    assert document.content.holder == samples.HOLDER
    assert document.content.agreement["es"] == "buaa-upv-ai 2024"
    assert document.content.recognitions[0].decision["zh_Hans"] == "buaa-upv-ai 2024 (1f3a9c20)"


def test_the_two_parts_of_a_degree_make_its_total():
    degree = samples.DEGREES[0]

    with pytest.raises(ValueError, match="do not make the total of"):
        replace(degree, total=Decimal(39))


def test_an_official_document_is_signed_for_both_institutions():
    issue = samples.issue()

    with pytest.raises(ValueError, match="one signature for each"):
        Transcript(content=samples.content(3), issue=replace(issue, signers=issue.signers[:1]))


def test_the_canonical_bytes_are_sorted_utf8_json_with_figures_as_strings():
    data = canonical(samples.content(3))

    assert "㛃𬭸䶮".encode() in data
    assert b'"birth_date":"2001-03-14"' in data
    assert b'"total":"38.5"' in data
    assert data == json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_equal_contents_have_equal_bytes_whatever_the_zeros_and_the_order_of_languages():
    plain = samples.content(3)
    beihang, upv = plain.degrees
    same = replace(
        plain,
        programme=dict(reversed(plain.programme.items())),
        degrees=(replace(beihang, total=Decimal("38.50")), replace(upv, total=Decimal("120.0"))),
    )

    assert canonical(same) == canonical(plain)


def test_the_digest_of_a_given_content_never_changes():
    assert digest(samples.content(3)) == "51bb129f4e4d6d2aaf1b9ac55d72213d9e7d567a6297059735744e61539b6d93"


def test_the_smallest_change_of_a_grade_changes_the_digest():
    plain = samples.content(3)
    first, *others = plain.courses

    assert digest(replace(plain, courses=(replace(first, grade="76"), *others))) != digest(plain)


def test_a_content_is_signed_off_before_it_has_a_serial():
    official_document = Transcript(content=samples.content(3), issue=samples.issue())
    other = Transcript(content=samples.content(3), issue=replace(samples.issue(), serial="BU-2026-000124"))

    assert digest(official_document) != digest(other)
    assert digest(official_document.content) == digest(other.content)


def spoiled(before: bytes, after: bytes) -> bytes:
    data = canonical(samples.content(3))
    assert before in data
    return data.replace(before, after)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"value":null}',
        b'{"value":{"programme":{}}}',
        spoiled(b'"38.5"', b'"38.50"'),
        spoiled(b'"38.5"', b'"many"'),
        spoiled(b'"38.5"', b"38.5"),
        spoiled(b"dualdegree-transcript-2", b"dualdegree-transcript-1"),
        spoiled(b"dualdegree-transcript-2", b"dualdegree-transcript-3"),
        spoiled(b'"programme"', b'"program"'),
        spoiled(b"}", b"}\n"),
        canonical(samples.official()),
    ],
)
def test_other_bytes_are_not_a_content(data):
    with pytest.raises(NotATranscript):
        from_bytes(data, Content)


def test_a_transcript_is_of_two_institutions_and_a_degree_of_each():
    content = samples.content(3)

    with pytest.raises(ValueError, match="one institution or two"):
        replace(content, degrees=tuple(reversed(content.degrees)))
    with pytest.raises(ValueError, match=r"fudan\.edu\.cn is no institution"):
        replace(content, courses=(replace(content.courses[0], institution="fudan.edu.cn"),))
    with pytest.raises(ValueError, match="counts in a degree of this transcript"):
        replace(content, recognitions=(replace(content.recognitions[0], degree="law"),))


def test_an_official_document_has_a_serial_and_an_unofficial_one_has_none():
    issued = samples.issue()

    with pytest.raises(ValueError, match="has a serial"):
        replace(issued, code=None)
    with pytest.raises(ValueError, match="bears no serial"):
        replace(issued, kind=DocumentKind.UNOFFICIAL)
    with pytest.raises(ValueError, match="two different languages"):
        Issue(kind=DocumentKind.UNOFFICIAL, issued_on=dt.date(2026, 11, 23), languages=("en", "en"))


def test_a_demonstration_is_a_specimen_by_itself():
    demonstration = samples.official()

    assert demonstration.specimen
    assert not samples.real(demonstration).specimen
    assert replace(samples.real(demonstration), issue=replace(demonstration.issue, specimen=True)).specimen


def test_an_academic_year_is_read_from_its_term():
    course = samples.content(3).courses[0]

    assert course.academic_year == "2024-2025"
    assert replace(course, term="summer").academic_year == "summer"


def test_what_has_every_form_is_missing_nothing():
    assert missing_forms(samples.official(), ZH_EN) == ()
    assert missing_forms(samples.content(), ("zh_Hans", "es")) == ()
    require_forms(samples.official(), ZH_EN)


def test_a_course_title_without_a_form_in_one_of_the_two_languages_is_named():
    content = replace(samples.content(3), recognitions=())
    first, *others = content.courses
    content = replace(content, courses=(replace(first, title=without(first.title, "zh_Hans")), *others))

    assert wanting(content) == [f"The title of the course {first.code} of buaa.edu.cn has no approved form in Chinese."]
    assert wanting(content, ("es", "en")) == []


def test_a_blank_form_is_no_form():
    content = replace(samples.content(3), programme={"zh_Hans": "  ", "en": "Double degree", "es": "Doble título"})

    assert wanting(content) == ["The programme's title has no approved form in Chinese."]


def test_names_titles_and_legend_are_all_asked_for_and_each_is_named_once():
    content = samples.content(4)
    beihang, upv = content.institutions
    content = replace(
        content,
        institutions=(replace(beihang, name=without(beihang.name, "en")), upv),
        degrees=(content.degrees[0], replace(content.degrees[1], award=without(content.degrees[1].award, "en"))),
        courses=tuple(replace(course, code="X1", title={"zh_Hans": "课程"}) for course in content.courses[:2]),
        recognitions=(),
        credit_legend=({"zh_Hans": "学分"},),
    )

    assert wanting(content) == [
        "The name of buaa.edu.cn has no approved form in English.",
        "The title of the degree of upv.es has no approved form in English.",
        "The title of the course X1 of buaa.edu.cn has no approved form in English.",
        "Sentence 1 on credits has no approved form in English.",
    ]


def test_a_signers_office_is_asked_for_too():
    issued = samples.issue()
    signers = tuple(replace(signer, office={"zh_Hans": "研究生院"}) for signer in issued.signers[:1])
    document = replace(samples.official(), issue=replace(issued, signers=(*signers, *issued.signers[1:])))

    assert wanting(document) == ["The office of the signer 吕晓𬱖 LYU Xiaowei has no approved form in English."]


def test_a_chinese_national_needs_a_han_name_in_a_chinese_document_and_nobody_else_does():
    content = samples.content(3)
    spanish = replace(content, holder=replace(content.holder, han_name=None))
    chinese = replace(content, holder=replace(content.holder, han_name=None, nationality="CN"))

    assert wanting(spanish) == []
    assert wanting(chinese) == ["The holder's name has no approved form in Chinese."]
    assert wanting(chinese, ("es", "en")) == []


def test_the_refusal_names_everything_that_is_missing():
    content = replace(samples.content(3), programme={})

    with pytest.raises(MissingForms, match="programme's title has no approved form in Spanish") as refused:
        require_forms(content, ("es", "en"))

    assert [item.language for item in refused.value.missing] == ["es", "en"]
