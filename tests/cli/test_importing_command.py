"""Files come in from a terminal: previewed unless confirmed, whole or not at all."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from dualdegree import events
from dualdegree.records.models import ImportBatch
from tests.graduates import FILES, SHORT, text
from tests.programmes.papers import NORTH, SOUTH

SHAPE = ["kind", "institution", "file", "confirmed", "added", "changed", "unchanged", "rejected", "notes"]


@pytest.fixture
def take(terminal, filled):
    def run(kind, content, *options, where=NORTH, name="export.csv"):
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return terminal("import", kind, name, "--institution", where, *options)

    return run


def better():
    """South's failed elective, passed at last; and a row that cannot be."""
    header, *rows = text("south/grades.csv").splitlines()
    (failed,) = (row for row in rows if row.startswith("S202;S4"))
    return f"{header}\n{failed.replace(';3,0;', ';6,0;')}\n"


def test_a_file_is_only_previewed(take, filled):
    ran = take("grades", better(), where=SOUTH)

    assert ran.status == 0
    assert ran.lines == [
        "Preview (nothing has changed; --confirm does it): 0 added, 1 changed, 0 unchanged, 0 rejected."
    ]
    assert not filled(lambda graduates: graduates.standing(SHORT).state.audit.both_met)


def test_a_confirmed_file_is_in_the_record_and_changes_nothing_again(take, filled):
    assert take("grades", better(), "--confirm", where=SOUTH).lines == [
        "Imported: 0 added, 1 changed, 0 unchanged, 0 rejected."
    ]
    assert take("grades", better(), "--confirm", where=SOUTH).lines == [
        "Imported: 0 added, 0 changed, 1 unchanged, 0 rejected."
    ]
    assert filled(lambda graduates: graduates.standing(SHORT).state.audit.both_met)


def test_rejected_rows_are_told_with_line_column_value_and_reason(take):
    ran = take("grades", better().replace(";6,0;2025.2;", ";16,0;2025.2;"), where=SOUTH)

    assert ran.status == 1
    assert ran.lines[0].endswith("0 added, 0 changed, 0 unchanged, 1 rejected.")
    assert ran.lines[1].startswith("  line 2, Nota, '16,0': ")


def test_the_answer_as_json_has_one_shape_for_every_kind(take):
    for kind, name, where in (
        ("institution", "north/institution.yaml", NORTH),
        ("agreement", "agreement.yaml", NORTH),
        ("curriculum", "north/curriculum.yaml", NORTH),
        ("equivalences", "equivalences.yaml", SOUTH),
        ("roster", "north/roster.csv", NORTH),
        ("grades", "south/grades.csv", SOUTH),
        ("milestones", "south/milestones.csv", SOUTH),
    ):
        ran = take(kind, (FILES / name).read_bytes(), "--json", where=where, name=name.rsplit("/")[-1])
        answer = json.loads(ran.out)

        assert (ran.status, list(answer)) == (0, SHAPE)
        assert (answer["added"], answer["changed"], answer["rejected"], answer["confirmed"]) == (0, 0, [], False)
        assert answer["unchanged"] > 0


def test_rejected_rows_as_json_name_their_place(take):
    answer = json.loads(take("grades", better().replace("S202", "S999"), "--json", where=SOUTH).out)

    (row,) = answer["rejected"]
    assert (row["line"], row["column"], row["value"]) == (2, "Matricula", "S999")
    assert row["reason"]


def test_a_profile_can_be_previewed_and_saved(take, filled):
    renamed = text("north/institution.yaml").replace("short_name: Northlake", "short_name: Lake")

    assert json.loads(take("institution", renamed, "--json").out)["changed"] == 1
    assert json.loads(take("institution", renamed, "--json", "--confirm").out)["changed"] == 1
    assert json.loads(take("institution", renamed, "--json", "--confirm").out)["unchanged"] == 1
    assert (
        json.loads(take("institution", renamed.replace("north.e", "west.e"), "--json", where="west.example").out)[
            "added"
        ]
        == 1
    )


@pytest.mark.parametrize(
    ("kind", "content", "where", "said"),
    [
        ("grades", b"", NORTH, "The file is empty."),
        ("grades", b"\x89PNG\r\n", NORTH, "export.csv is a picture, not a table."),
        ("grades", b"a,b\n1,2\n", NORTH, "These columns are missing"),
        ("roster", text("north/roster.csv"), "nowhere.example", 'There is no institution "nowhere.example"'),
        ("curriculum", text("north/curriculum.yaml"), "nowhere.example", 'There is no institution "nowhere.example"'),
        ("institution", "names: [", NORTH, "export.csv"),
        ("curriculum", b"\xff\xfe", NORTH, "export.csv"),
    ],
)
def test_what_cannot_be_read_at_all_ends_with_2_and_one_line(take, kind, content, where, said):
    ran = take(kind, content, "--confirm", where=where)

    assert (ran.status, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert said in ran.err


def test_a_text_with_a_wrong_rule_is_rejected_by_line_and_key(take):
    wrong = text("north/curriculum.yaml").replace('"2024"', '"2025"').replace("kind: milestone", "kind: wish", 1)

    ran = take("curriculum", wrong)

    assert ran.status == 1
    assert ran.lines[1].startswith("  line 20, degree.requirements.parts[3].kind, ")
    assert '"wish" is not known here' in ran.lines[1]


def test_a_profile_of_another_institution_is_rejected_by_line_and_key(take):
    ran = take("institution", text("south/institution.yaml"), "--confirm")

    assert ran.status == 1
    assert ran.lines[1].startswith("  line 2, institution, ")
    assert "this is the profile of another institution" in ran.lines[1]


def test_a_file_that_is_not_there_and_a_kind_that_is_not_are_refused(terminal):
    assert terminal("import", "grades", "none.csv", "--institution", NORTH).status == 2
    assert terminal("import", "wishes", "none.csv", "--institution", NORTH).status == 2


def test_an_import_from_the_terminal_is_in_the_history(take, filled):
    take("grades", better(), "--confirm", where=SOUTH)

    def last(graduates):
        return graduates.session.query(events.Event).order_by(events.Event.id.desc()).first().actor

    assert filled(last) == "operator"


def test_a_file_that_is_the_whole_register_tells_what_it_lacks(take):
    header, first, *_ = text("south/grades.csv").splitlines()

    ran = take("grades", f"{header}\n{first}\n", "--whole", "--json", where=SOUTH)

    absent = json.loads(ran.lines[0])["absent"]
    assert {"subject": "S201", "what": "S3", "held": 1, "given": 0} in absent


def test_a_text_is_never_the_whole_register(take):
    assert take("curriculum", "x: 1", "--whole").status == 2


def test_an_import_is_taken_back_from_the_terminal(take, terminal, filled):
    take("grades", better(), "--confirm", where=SOUTH)
    number = filled(lambda graduates: graduates.session.scalar(sa.select(sa.func.max(ImportBatch.id))))

    looked = terminal("import", "--take-back", str(number))
    assert looked.lines[0].startswith("Preview (nothing has changed; --confirm does it): export.csv: 0 rows removed, 1")
    assert filled(lambda graduates: graduates.standing(SHORT).state.audit.both_met)

    assert terminal("import", "--take-back", str(number), "--confirm").status == 0
    assert not filled(lambda graduates: graduates.standing(SHORT).state.audit.both_met)
    assert terminal("import", "--take-back", str(number), "--confirm").status == 2


def test_what_rests_on_an_import_is_printed(terminal, filled):
    roster = sa.select(ImportBatch.id).where(ImportBatch.kind == "roster", ImportBatch.institution_id == NORTH)
    number = filled(lambda graduates: graduates.session.scalars(roster).first())

    ran = terminal("import", "--take-back", str(number), "--confirm", "--json")

    report = json.loads(ran.lines[0])
    assert ran.status == 1
    assert not report["taken_back"]
    assert any("with results of these students" in line for line in report["resting"])
