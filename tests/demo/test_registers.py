"""The demonstration's register exports: in the encodings they claim, whole, and true of rosters and curricula."""

import codecs
from collections import Counter

import pytest

from tests.demo.files import DEMO, ENCODINGS, OWN_FORMAT, ROBOTICS, SIDES, curricula, document, grades, rows

BOM = codecs.BOM_UTF8


@pytest.mark.parametrize(("path", "encoding"), ENCODINGS.items())
def test_a_file_is_written_in_the_encoding_that_it_claims(path, encoding):
    data = (DEMO / path).read_bytes()

    assert data.decode(encoding)
    assert data.startswith(BOM) == (encoding == "utf-8-sig")
    if encoding in {"gb18030", "windows-1252"}:
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")


def test_every_export_is_named_with_its_encoding():
    assert {path.relative_to(DEMO).as_posix() for path in DEMO.rglob("*/*.csv")} == {*ENCODINGS, *OWN_FORMAT}


@pytest.mark.parametrize("side", SIDES)
def test_headers_are_those_of_the_institution_s_profile(side):
    layouts = document(f"{side}/institution.yaml")["imports"]

    for path in (DEMO / side).glob("*.[cx]*"):
        if path.relative_to(DEMO).as_posix() in OWN_FORMAT:
            continue
        kind = path.name.split("-")[0].removesuffix(".csv")
        # States are told by files of their own: most rosters have no columns for them.
        columns = [known for name, known in layouts[kind]["columns"].items() if not name.startswith("state")]
        headings = [known if isinstance(known, str) else known[0] for known in columns]
        assert set(rows(f"{side}/{path.name}")[0]) >= set(headings), path.name


@pytest.mark.parametrize(("field", "number"), [("", 39), (ROBOTICS, 15)])
def test_both_rosters_name_the_same_people_under_both_numbers(field, number):
    beihang = {
        (r["学号"], r["外方学号"], r["姓名"], r["姓（护照）"], r["名（护照）"])
        for r in rows(f"{field}beihang/roster.csv")
    }
    upv = {
        (r["Expediente socio"], r["Expediente"], r["Nombre en chino"], r["Apellidos"], r["Nombre"])
        for r in rows(f"{field}upv/roster.csv")
    }

    assert beihang == upv
    assert len(beihang) == number


@pytest.mark.parametrize("field", ["", ROBOTICS])
def test_each_student_falls_under_exactly_one_version_on_each_side(field):
    routes = document("beihang/institution.yaml")["imports"]["roster"]["values"]["route"]

    for row in rows(f"{field}beihang/roster.csv"):
        term = f"{row['入学学期'][:4]}-{row['入学学期'][4]}"
        for side in SIDES:
            assert len(_in_force(curricula(side, field), term, routes[row["招生途径"]])) == 1, row["学号"]


@pytest.mark.parametrize("field", ["", ROBOTICS])
def test_every_attempt_is_of_a_known_student_at_a_course_of_the_catalogue_with_its_credits(field):
    for side, number, code, credits_ in (
        ("beihang", "学号", "课程代码", "学分"),
        ("upv", "Expediente", "Código", "Créditos"),
    ):
        students = {row[number] for row in rows(f"{field}{side}/roster.csv")}
        known = {course["code"]: course["credits"] for c in curricula(side, field) for course in c["courses"]}
        for row in [*grades(side, field), *([] if field else rows(f"{side}/grades-new.csv"))]:
            assert row[number] in students
            assert known[row[code]] == row[credits_].replace(",", "."), row


def test_no_course_stands_twice_in_one_term_of_one_student():
    beihang = Counter((r["学号"], r["课程代码"], r["学年学期"]) for r in grades("beihang"))
    upv = Counter((r["Expediente"], r["Código"], r["Curso académico"], r["Convocatoria"]) for r in grades("upv"))

    assert beihang.most_common(1)[0][1] == upv.most_common(1)[0][1] == 1


def test_the_grades_show_every_word_of_the_registers():
    beihang = {row["成绩"] for row in grades("beihang")}
    upv = {row["Calificación"] for row in grades("upv")}

    assert {"优", "良", "中", "不及格", "通过", "缓考", "缺考", "免修", "退课", "在读"} <= beihang
    assert {"SS", "AP", "NT", "SB", "MH", "NP", "Apto", "Reconocido", "En curso"} <= upv


def test_rare_characters_survive_their_encoding():
    names = "".join(row["姓名"] for row in rows("beihang/roster.csv"))

    assert set("㛃𬭸䶮𪨶") <= set(names)
    assert "Col·lell i Vidal" in {row["Apellidos"] for row in rows("upv/grades-2024.csv")}


def test_the_scenario_speaks_of_files_and_students_that_exist():
    scenario = document("scenario.yaml")
    students = {row["学号"] for field in ("", ROBOTICS) for row in rows(f"{field}beihang/roster.csv")}

    acts = [act for key in ("sign_offs", "issue", "revoke", "replace", "requests", "stays") for act in scenario[key]]
    assert {act["student"] for act in acts} <= students
    for act in [*scenario["imports"], *scenario["approvals"], *scenario["later"]]:
        assert (DEMO / act["file"]).is_file(), act
    for path in scenario["institutions"]:
        assert (DEMO / path).is_file()


def test_who_approves_advises_or_decides_can_sign_in():
    scenario = document("scenario.yaml")
    emails = {account["email"] for account in scenario["accounts"]}

    assert {who for approval in scenario["approvals"] for who in approval["by"]} <= emails
    steps = ("endorsed_by", "confirmed_by", "decided_by")
    taken = [act for key in ("requests", "stays") for act in scenario[key]]
    assert {act[step] for act in taken for step in steps if step in act} <= emails
    for field in ("", ROBOTICS):
        assert {row["导师邮箱"] for row in rows(f"{field}beihang/roster.csv")} <= emails
        assert {row["Correo del tutor"] for row in rows(f"{field}upv/roster.csv")} <= emails


def test_addresses_are_of_domains_that_cannot_exist():
    scenario = document("scenario.yaml")
    emails = [row["电子邮箱"] for row in rows("beihang/roster.csv")] + [act["email"] for act in scenario["accounts"]]

    assert all(email.endswith(".example") for email in emails)


def _in_force(versions, term, route):
    return [
        version["version"]
        for version in versions
        if version["admission"]["from"] <= term <= version["admission"].get("to", "9999-9")
        and route in version["admission"]["routes"]
    ]
