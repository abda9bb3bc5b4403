"""The demonstration's curricula, agreement and equivalences: sound, in three languages, and true of one another."""

import pytest

from dualdegree.core.curricula.agreement import read_agreement
from dualdegree.core.curricula.curriculum import read_curriculum
from dualdegree.core.curricula.equivalence_table import read_equivalences
from dualdegree.programmes.institutions.profile import read_profile
from tests.demo.files import DEMO, ROBOTICS, SIDES, curricula, document

CURRICULA = sorted(path.relative_to(DEMO).as_posix() for path in DEMO.rglob("curriculum-*.yaml"))
PROGRAMMES = {"": "ai-master", ROBOTICS: "robotics-master"}
LANGUAGES = {"zh_Hans", "en", "es"}


@pytest.mark.parametrize("path", CURRICULA)
def test_a_curriculum_can_be_read(path):
    curriculum = read_curriculum((DEMO / path).read_bytes(), path)

    assert curriculum.programme == PROGRAMMES[ROBOTICS if path.startswith(ROBOTICS) else ""]


@pytest.mark.parametrize("field", PROGRAMMES)
def test_the_agreement_and_the_equivalences_can_be_read(field):
    agreement = read_agreement((DEMO / field / "agreement.yaml").read_bytes(), "agreement.yaml")
    table = read_equivalences((DEMO / field / "equivalences.yaml").read_bytes(), "equivalences.yaml")

    assert agreement.programme == table.programme == PROGRAMMES[field]
    assert {entry.institution for entry in table.entries} == set(agreement.institutions)


@pytest.mark.parametrize("side", SIDES)
def test_a_profile_describes_each_kind_of_export(side):
    profile = read_profile((DEMO / side / "institution.yaml").read_bytes(), "institution.yaml")

    assert set(profile.imports) == {"roster", "grades", "milestones", "offers"}
    assert profile.demonstration


@pytest.mark.parametrize("path", CURRICULA)
def test_every_rule_has_its_words_in_three_languages_and_its_source_or_says_that_it_has_none(path):
    degree = document(path)["degree"]

    for node in [*_nodes(degree["requirements"]), *degree["limits"]]:
        assert set(node["title"]) == LANGUAGES, node["id"]
        assert node.get("clause") or "parts" in node or "milestone" in node, node["id"]


@pytest.mark.parametrize("path", CURRICULA)
def test_a_curriculum_says_in_three_languages_what_is_illustrative(path):
    document_file = document(path)

    assert set(document_file["title"]) == set(document_file["award"]["title"]) == LANGUAGES
    assert "示例" in document_file["notes"]["zh_Hans"]
    assert "illustrative" in document_file["notes"]["en"]
    assert "ilustrativ" in document_file["notes"]["es"]


def test_one_course_lacks_its_spanish_title_and_every_other_has_all_three():
    missing = {
        (course["code"], language)
        for side in SIDES
        for curriculum in curricula(side)
        for course in curriculum["courses"]
        for language in LANGUAGES - set(course["title"])
    }

    assert missing == {("DX062011", "es")}


@pytest.mark.parametrize("side", SIDES)
def test_a_course_keeps_its_credits_tags_and_titles_through_the_versions(side):
    seen = {}
    for curriculum in [*curricula(side), *curricula(side, ROBOTICS)]:
        codes = [course["code"] for course in curriculum["courses"]]
        assert len(set(codes)) == len(codes)
        for course in curriculum["courses"]:
            assert seen.setdefault(course["code"], course) == course


@pytest.mark.parametrize("field", PROGRAMMES)
def test_equivalences_name_courses_of_both_curricula_with_their_own_credits(field):
    known = _credits(field)

    for entry in document(f"{field}equivalences.yaml")["entries"]:
        for end in (entry["from"], entry["to"]):
            for course in end["courses"]:
                assert known[end["institution"], course["code"]] == course["credits"], entry["id"]


@pytest.mark.parametrize("field", PROGRAMMES)
def test_nothing_that_the_agreement_excludes_is_recognised(field):
    excluded = document(f"{field}agreement.yaml")["excluded_tags"]
    tags = {(c["institution"], course["code"]): course["tags"] for c in _all(field) for course in c["courses"]}

    for entry in document(f"{field}equivalences.yaml")["entries"]:
        into = excluded[entry["to"]["institution"]]
        for end in (entry["from"], entry["to"]):
            for course in end["courses"]:
                assert not set(into) & set(tags[end["institution"], course["code"]]), entry["id"]


@pytest.mark.parametrize("field", PROGRAMMES)
def test_no_course_is_wanted_by_two_equivalences_into_the_same_degree(field):
    sources = [
        (entry["from"]["institution"], course["code"])
        for entry in document(f"{field}equivalences.yaml")["entries"]
        for course in entry["from"]["courses"]
    ]

    assert len(set(sources)) == len(sources)


@pytest.mark.parametrize("field", PROGRAMMES)
def test_one_thesis_stands_in_both_registers(field):
    theses = {c["institution"]: course for c in _all(field) for course in c["courses"] if "thesis" in course["tags"]}

    assert {course["work"] for course in theses.values()} == {"thesis"}
    assert set(theses) == {"buaa.edu.cn", "upv.es"}
    assert "thesis" in document(f"{field}agreement.yaml")["shared_credits"]["exempt_tags"]


def _all(field):
    return [curriculum for side in SIDES for curriculum in curricula(side, field)]


def _credits(field):
    return {(c["institution"], course["code"]): course["credits"] for c in _all(field) for course in c["courses"]}


def _nodes(node):
    yield node
    for part in node.get("parts", ()):
        yield from _nodes(part)
