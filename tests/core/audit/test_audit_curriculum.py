"""What the files of curricula, agreements and equivalences say, and what is refused in them."""

import json
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualdegree.core.audit.plan.question import StayChoice
from dualdegree.core.curricula.agreement import read_agreement
from dualdegree.core.curricula.curriculum import read_curriculum
from dualdegree.core.curricula.equivalence_table import read_equivalences
from dualdegree.core.source.reading import SourceError

CURRICULUM = """\
curriculum: upv-ai
institution: upv.es
programme: ai
version: "2026"
title: {en: Artificial intelligence, es: Inteligencia artificial}
admission: {from: 2026-1, to: 2027-2, routes: [spanish]}
award: {title: {es: Máster}}
notes: {en: Illustrative.}
degree:
  id: upv
  institution: upv.es
  requirements: {id: root, kind: all, parts: []}
courses:
  - {code: "33501", title: {en: Learning}, credits: 4.5, tags: [core], level: 7, language: en, hours: 45, work: w, outcomes: {en: Trains models.}, syllabi: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}
  - {code: "33502", title: {en: Thesis}, credits: 30, milestone: defence, repeatable: true}
"""
AGREEMENT = """\
agreement: buaa-upv
programme: ai
version: "2026"
institutions: [buaa.edu.cn, upv.es]
title: {en: Double degree}
shared_credits: {at_most: 60, exempt_tags: [thesis]}
excluded_tags: {upv.es: [thesis]}
"""
EQUIVALENCES = """\
equivalences: buaa-upv
programme: ai
version: "2026"
entries:
  - id: e1
    from: {institution: buaa.edu.cn, courses: [{code: GA1, credits: 2}, {code: GA2, credits: 1}]}
    to: {institution: upv.es, courses: [{code: "33501", credits: 4.5}, {credits: 1, tags: [elective]}]}
    min_grade: 75
    note: from a good grade
"""


def refusal(reader, text):
    with pytest.raises(SourceError) as caught:
        reader(text, "file.yaml")
    return str(caught.value)


def test_a_curriculum_says_whom_it_binds_what_it_asks_and_which_courses_there_are():
    curriculum = read_curriculum(CURRICULUM, "file.yaml")

    assert (curriculum.id, curriculum.version, curriculum.institution) == ("upv-ai", "2026", "upv.es")
    assert (curriculum.admission.first, curriculum.admission.last) == ("2026-1", "2027-2")
    assert curriculum.award == {"es": "Máster"}
    assert curriculum.degree.id == "upv"
    assert list(curriculum.courses) == ["33501", "33502"]
    assert curriculum.courses["33501"].credits == Decimal("4.5")
    assert curriculum.courses["33502"].milestone == "defence"


def test_an_agreement_says_what_may_be_shared_and_what_is_never_recognised():
    agreement = read_agreement(AGREEMENT, "file.yaml")

    assert agreement.institutions == ("buaa.edu.cn", "upv.es")
    assert agreement.shared_credits.at_most == 60
    assert agreement.excluded_tags == {"upv.es": ("thesis",)}


def test_a_course_says_what_goes_before_it_and_over_how_many_terms_it_runs():
    order = "requires: [A1, [A2, A3]], together: [LAB], after_ects: 60, spans: 2, remote: true"
    text = CURRICULUM.replace("milestone: defence,", f"milestone: defence, {order},")

    thesis = read_curriculum(text, "file.yaml").courses["33502"]

    assert (thesis.requires, thesis.together, thesis.after_ects) == ((("A1",), ("A2", "A3")), ("LAB",), 60)
    assert (thesis.spans, thesis.remote) == (2, True)


def test_an_agreement_says_what_was_agreed_on_the_terms_of_study():
    terms = """\
terms:
  same_terms: [[2027-1, 2027-A]]
  one_place: true
  term_limit_ects: {upv.es: 30, 2027-A: 20}
  term_limit_courses: 6
  stays: [{institution: upv.es, terms: [2027-2, 2028-1]}]
"""

    agreed = read_agreement(AGREEMENT + terms, "file.yaml").terms

    assert (agreed.same_terms, agreed.one_place) == ((("2027-1", "2027-A"),), True)
    assert (agreed.term_limit_ects, agreed.term_limit_courses) == ({"upv.es": 30, "2027-A": 20}, 6)
    assert agreed.stays == (StayChoice(institution="upv.es", terms=("2027-2", "2028-1")),)


def test_an_equivalence_gives_courses_or_credits_of_a_group_for_several_courses():
    (entry,) = read_equivalences(EQUIVALENCES, "file.yaml").entries

    assert (entry.institution, entry.source_courses) == ("buaa.edu.cn", ("GA1", "GA2"))
    assert (entry.target_institution, entry.target_courses) == ("upv.es", ("33501",))
    assert entry.targets[1].tags == ("elective",)
    assert entry.min_grade == 75


@pytest.mark.parametrize(
    ("reader", "text", "said"),
    [
        (read_curriculum, CURRICULUM + "x: 1", "file.yaml:16: x: this key is not known here"),
        (read_curriculum, CURRICULUM.replace("33502", "33501"), 'file.yaml:15: courses[1].code: "33501" is already used'),
        (read_curriculum, CURRICULUM.replace("2027-2", "2025-1"), "file.yaml:6: admission.to: the last admission is before"),
        (read_curriculum, CURRICULUM.replace("institution: upv.es\nprog", "institution: x\nprog"), "file.yaml:11: degree.inst"),
        (read_curriculum, CURRICULUM.replace("4.5", "four"), 'file.yaml:14: courses[0].credits: "four" is not a number'),
        (read_agreement, AGREEMENT.replace(", upv.es]", "]"), "file.yaml:4: institutions: an agreement is between two"),
        (read_agreement, AGREEMENT.replace("{upv.es", "{uab.es"), "file.yaml:7: excluded_tags.uab.es: this key is not known"),
        (read_equivalences, EQUIVALENCES.replace("upv.es", "buaa.edu.cn"), "file.yaml:7: entries[0].to.institution: both"),
        (read_equivalences, EQUIVALENCES.replace(", tags: [elective]", ""), "file.yaml:7: entries[0].to.courses[1]: name the"),
        (read_equivalences, EQUIVALENCES.replace("GA2", "GA1"), 'file.yaml:6: entries[0].from.courses[1].code: "GA1" is'),
        (
            read_equivalences,
            EQUIVALENCES.replace("[{code: GA1, credits: 2}, {code: GA2, credits: 1}]", "[]"),
            "file.yaml:6: entries[0].from.courses: name at least one course here",
        ),
    ],
    ids=lambda value: value[-30:] if isinstance(value, str) else value.__name__,
)  # fmt: skip
def test_what_is_not_sound_is_refused_at_its_place(reader, text, said):
    assert refusal(reader, text).startswith(said)


@given(
    st.sampled_from([(read_curriculum, CURRICULUM), (read_agreement, AGREEMENT), (read_equivalences, EQUIVALENCES)]),
    st.integers(0, 400),
    st.integers(0, 8),
    st.text(max_size=8),
)
def test_a_damaged_file_is_read_or_refused_in_one_line(file, at, gone, put):
    reader, text = file
    said = ""
    try:
        reader(text[:at] + put + text[at + gone :], "file.yaml")
    except SourceError as error:
        said = str(error)

    assert not said or said.startswith("file.yaml")
    assert len(said.splitlines()) <= 1


@pytest.mark.parametrize(
    ("reader", "text"),
    [(read_curriculum, CURRICULUM), (read_agreement, AGREEMENT), (read_equivalences, EQUIVALENCES)],
)
@pytest.mark.parametrize("name", ["x" * 61, "../2027", "20..27", "２０２７", "-1", "2027\u200b"])
def test_a_version_is_called_what_everybody_types_and_reads_alike(reader, text, name):
    with pytest.raises(SourceError, match=r"is no name for a version|a name is expected here"):
        reader(_called(name, text), "file.yaml")


@pytest.mark.parametrize("name", ["2027", "2024/25", "2024-international", "2024级 中文", "v. 2"])
def test_years_routes_and_words_name_a_version(name):
    named = read_curriculum(_called(name, CURRICULUM), "file.yaml")

    assert named.version == name


def _called(name, text):
    return re.sub("version: .*", lambda _line: f"version: {json.dumps(name, ensure_ascii=False)}", text)
