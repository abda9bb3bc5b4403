"""Do the commands over files answer each file, say in one line what is wrong, and end with the right status?"""

import json

import pytest
from click.testing import CliRunner

from dualdegree.cli.audits.cases import audit_case, curriculum_check, plan_case
from dualdegree.core.source.reading import MOST_BYTES

CASE = """
degrees:
  - id: upv
    institution: upv.es
    requirements: {id: 核心, kind: credits, at_least: 6, select: {}}
record: [{id: a1, institution: upv.es, course: C1, credits: 3, status: passed}]
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(CASE, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(CASE.replace("credits: 3", "credits: x"), encoding="utf-8")

    def run(*arguments):
        return CliRunner().invoke(audit_case, arguments)

    return run


def test_one_json_object_a_line_in_the_order_of_the_files(run):
    result = run("good.yaml", "good.yaml", "--json")

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [line["case"] for line in lines] == ["good.yaml", "good.yaml"]
    assert lines[0]["degrees"]["upv"]["requirements"]["核心"]["got"] == "3"


def test_a_file_that_cannot_be_read_says_so_and_the_others_are_answered(run):
    result = run("bad.yaml", "missing.yaml", "good.yaml", "--json")

    assert result.exit_code == 2
    assert [json.loads(line)["case"] for line in result.stdout.splitlines()] == ["good.yaml"]
    assert result.stderr.splitlines() == [
        (
            'bad.yaml:6: record[0].credits: "x" is not a number of credits; write digits such as 4.5, '
            "at most two after the point"
        ),
        "missing.yaml: the file cannot be opened: No such file or directory",
    ]


def test_a_folder_and_a_file_that_is_too_long_are_refused(run, tmp_path):
    (tmp_path / "long.yaml").write_bytes(b"#" * (MOST_BYTES + 1))
    result = run("long.yaml", ".")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "long.yaml: the text is longer than 5000000 bytes; split it",
        ".: the file cannot be opened: Is a directory",
    ]


def test_without_json_the_answer_is_told_in_sentences(run):
    result = run("good.yaml")

    assert result.exit_code == 0
    assert "  upv: Not met: 3 of 6 ECTS counted; open: 核心." in result.stdout.splitlines()
    assert "    open 核心: At least 6 credits of: any course." in result.stdout.splitlines()


def test_a_stored_result_is_checked_against_its_case(run, tmp_path):
    stored = run("good.yaml", "--json").stdout
    (tmp_path / "right.json").write_text(stored, encoding="utf-8")
    (tmp_path / "wrong.json").write_text(stored.replace('"got": "3"', '"got": "6"'), encoding="utf-8")
    (tmp_path / "none.json").write_text("{}", encoding="utf-8")

    right, wrong = run("--check", "right.json", "good.yaml"), run("--check", "wrong.json", "good.yaml")
    assert (right.exit_code, wrong.exit_code) == (0, 1)
    assert wrong.stderr == (
        "wrong.json: degrees.upv.requirements.核心.got: the answer says 6, its claims and the case say 3\n"
    )
    assert run("--check", "none.json", "good.yaml").exit_code == 2
    assert run("--check", "right.json", "bad.yaml").exit_code == 2


CURRICULUM = """
curriculum: upv-ai
institution: upv.es
programme: ai
version: "2026"
title: {en: Artificial intelligence}
admission: {from: 2026-1}
degree:
  id: upv
  institution: upv.es
  requirements: {id: root, kind: credits, at_least: 6, select: {tag: core}}
courses: [{code: A1, title: {en: One}, credits: 6, tags: [core]}]
"""


def test_curricula_are_checked_with_the_line_of_each_finding(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(CURRICULUM, encoding="utf-8")
    (tmp_path / "short.yaml").write_text(CURRICULUM.replace("at_least: 6", "at_least: 9"), encoding="utf-8")
    (tmp_path / "odd.yaml").write_text(CURRICULUM.replace("{tag: core}", "{tag: [core, x]}"), encoding="utf-8")

    def run(*arguments):
        result = CliRunner().invoke(curriculum_check, arguments)
        return result.exit_code, result.stdout.splitlines()

    assert run("good.yaml") == (0, ["good.yaml: nothing to remark"])
    assert run("odd.yaml") == (0, ['odd.yaml:11: root: warning: no listed course has the tag "x"'])
    assert run("short.yaml")[0] == 1
    assert run("short.yaml")[1][0].startswith("short.yaml:11: root: refused: it asks for 9 credits")
    assert run("none.yaml", "good.yaml") == (2, ["good.yaml: nothing to remark"])


OFFERS = """
offers:
  - {id: o1, institution: upv.es, course: C2, credits: 6, terms: ["2027-1"]}
  - {id: o2, institution: upv.es, course: C3, credits: 3, terms: ["2027-1"]}
"""


def test_the_cheapest_way_to_finish_is_planned(run, tmp_path):
    (tmp_path / "plan.yaml").write_text(CASE + OFFERS, encoding="utf-8")
    (tmp_path / "short.yaml").write_text(CASE.replace("at_least: 6", "at_least: 60") + OFFERS, encoding="utf-8")

    result = CliRunner().invoke(plan_case, ["plan.yaml", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["offers"] == {"2027-1": ["o2"]}
    assert json.loads(result.stdout)["added_ects"] == "3"

    result = CliRunner().invoke(plan_case, ["plan.yaml", "short.yaml", "good.yaml"])
    assert result.exit_code == 2
    assert result.stdout.splitlines()[:4] == [
        "plan.yaml",
        "  3 ECTS more finish both degrees.",
        "  2027-1, 3 ECTS in all: o2 (C3)",
        "short.yaml",
    ]
    assert "  No set of these courses finishes both degrees." in result.stdout.splitlines()
    assert result.stderr == "good.yaml:2: offers: this key is missing; add it\n"
