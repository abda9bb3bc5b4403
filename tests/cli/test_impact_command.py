"""``curriculum-impact`` tells at the terminal whose result a text would change, and stores nothing."""

import json

from tests.graduates import text

MORE = text("south/curriculum.yaml").replace('Optativas}, at_least: "12"', 'Optativas}, at_least: "18"')
MORE = MORE.replace(
    "  - {code: S9,", '  - {code: S5, title: {en: Robots}, credits: "6", tags: [optional]}\n  - {code: S9,'
)


def test_whose_result_changes_is_told_with_the_reason_and_the_count(terminal, filled, tmp_path):
    (tmp_path / "new.yaml").write_text(MORE, "utf-8")

    ran = terminal("curriculum-impact", "new.yaml")

    assert ran.status == 0
    assert "  south: met -> not met, 36 of 36 ECTS counted -> 36 of 42 ECTS counted; open: Optional" in ran.lines
    assert "    “Optional” was met (12 of 12) and is not met now (12 of 18)." in ran.lines
    assert ran.lines[-1].startswith("curriculum 2024 of double, instead of 2024: 5 audited, ")


def test_json_is_one_student_a_line_and_the_count_last(terminal, filled, tmp_path):
    (tmp_path / "new.yaml").write_text(MORE, "utf-8")

    *students, count = map(json.loads, terminal("curriculum-impact", "new.yaml", "--json").lines)

    assert students[0]["degrees"]["south"]["after"] == {"met": False, "shortfall_ects": "6"}
    assert (count["audited"], count["changed"]) == (5, len(students))


def test_the_table_is_written_whole(terminal, filled, tmp_path):
    (tmp_path / "new.yaml").write_text(MORE, "utf-8")

    ran = terminal("curriculum-impact", "new.yaml", "--csv", "table.csv")

    assert ran.status == 0
    assert (tmp_path / "table.csv").read_text("utf-8-sig").startswith("Student numbers,Name,Degree,Before,After")
    assert sorted(file.name for file in tmp_path.iterdir() if "table" in file.name) == ["table.csv"]


def test_a_broken_file_is_one_line_with_line_and_key(terminal, filled, tmp_path):
    (tmp_path / "new.yaml").write_text(MORE.replace('credits: "12"', 'credits: "x"'), "utf-8")

    ran = terminal("curriculum-impact", "new.yaml")

    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith('new.yaml:28: courses[5].credits: "x" is not a number of credits')
    assert ran.err.count("\n") == 1


def test_a_file_that_is_not_there_is_one_line(terminal, filled):
    ran = terminal("curriculum-impact", "nowhere.yaml")

    assert ran.status == 2
    assert ran.err == "nowhere.yaml: the file cannot be opened: No such file or directory\n"
