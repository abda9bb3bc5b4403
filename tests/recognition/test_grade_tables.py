"""ECTS grading tables: imported with their digest, read by conversions, drawn as two curves with a grade marked."""

import io
import re
from decimal import Decimal

import pytest

from dualdegree.audit.dossiers import dossiers
from dualdegree.core.grades import ES_10, SCALES, GradingTable
from dualdegree.core.policy import NotAllowed
from dualdegree.programmes import service as programmes
from dualdegree.recognition.grading_tables.curves import NARROW, WIDE, CurvePair, curves
from dualdegree.recognition.grading_tables.service import grade_tables, grading_tables, import_grade_tables
from dualdegree.uploads import OfferedPaper
from tests.conftest import NOW
from tests.graduates.browsing import words
from tests.programmes.papers import NORTH, SOUTH, with_curricula

HEAD = "institution,field,cycle,year,grade,count"
SOUTHERN = (
    "south.example,0613,7,2024-2025,9,20",
    "south.example,0613,7,2025-2026,9,10",
    "south.example,0613,7,2024,7.5,30",
    "south.example,0613,7,2024,5,40",
    "south.example,0613,7,2024,4.9,7",
)


@pytest.fixture
def office(backend, session):
    return with_curricula(backend, session)


def take(office, *rows, where=SOUTH, confirm=True, actor=None):
    text = "\n".join([HEAD, *rows])
    actor = actor or office.actor(where)
    paper = OfferedPaper(institution=where, text=text, name="grades.csv", actor=actor, at=NOW, confirm=confirm)
    return import_grade_tables(office.session, paper)


def counts(preview):
    return preview.added, preview.unchanged, len(preview.rejected)


def test_a_table_counts_the_passing_grades_of_all_its_years_together(office):
    assert counts(take(office, *SOUTHERN)) == (1, 0, 0)

    (table,) = grading_tables(office.session)
    assert (table.field, table.cycle, table.years, table.total) == ("0613", "7", (2024, 2025), 100)
    assert table.counts == ((Decimal(9), 30), (Decimal("7.5"), 30), (Decimal(5), 40))


def test_what_is_stored_bears_its_digest_and_its_day(office):
    take(office, *SOUTHERN)

    (row,) = grade_tables(office.session, [SOUTH])
    assert row.digest == row.as_core().digest
    assert (row.imported_at, row.filename, row.scale) == (NOW, "grades.csv", "es-10")
    assert [2024, "4.9", 7] in row.rows


def test_a_preview_stores_nothing_and_a_repeat_changes_nothing(office):
    assert counts(take(office, *SOUTHERN, confirm=False)) == (1, 0, 0)
    assert grading_tables(office.session) == ()

    take(office, *SOUTHERN)

    assert counts(take(office, *reversed(SOUTHERN))) == (0, 1, 0)
    assert len(grading_tables(office.session)) == 1


def test_fields_and_cycles_are_tables_of_their_own(office):
    others = [row.replace("0613,7", "0714,7") for row in SOUTHERN] + [row.replace(",7,", ",6,") for row in SOUTHERN]

    assert counts(take(office, *SOUTHERN, *others)) == (3, 0, 0)


def test_a_new_table_puts_whatever_was_judged_by_the_agreement_out_of_date(office):
    before = programmes.agreement_in_force(office.session, "double").revision

    take(office, *SOUTHERN)
    take(office, *SOUTHERN)

    assert programmes.agreement_in_force(office.session, "double").revision == before + 1


@pytest.mark.parametrize(
    ("old", "new", "column", "said"),
    [
        (
            "south.example",
            "north.example",
            "institution",
            "This is not south.example; each institution imports its own",
        ),
        ("0613", "AI", "field", "Write the ISCED-F code of the field"),
        (",7,", ",master,", "cycle", "Write the EQF level of the cycle"),
        ("2024-2025", "last", "year", "Write the academic year, such as 2024-2025"),
        (",9,", ",11,", "grade", "11 is not between 0 and 10."),
        (",9,", ",Apto,", "grade", "This grade has no figure"),
        ("9,20", "9,many", "count", "Write how many students received this grade"),
        ("9,20", "9,2.5", "count", "Write how many students received this grade"),
    ],
)
def test_a_wrong_row_is_refused_with_line_column_value_and_reason(office, old, new, column, said):
    preview = take(office, SOUTHERN[0].replace(old, new), *SOUTHERN[1:])

    (row,) = preview.rejected
    assert (row.line, row.column) == (2, column)
    assert str(row.reason).startswith(said)
    assert grading_tables(office.session) == ()


def test_a_grade_counted_twice_names_the_first_line(office):
    (row,) = take(office, *SOUTHERN, SOUTHERN[2]).rejected

    assert (row.line, str(row.reason)) == (7, "Line 4 counts this grade already.")


def test_a_small_or_short_table_is_stored_with_a_warning(office):
    assert [str(warning) for warning in take(office, SOUTHERN[2]).warnings] == [
        "Field 0613, cycle 7: only 30 passing grades; agreements usually ask for 50 or more.",
        "Field 0613, cycle 7: only one academic year; agreements usually ask for two or more.",
    ]


def test_only_a_registrar_of_the_institution_imports(office):
    with pytest.raises(NotAllowed):
        take(office, *SOUTHERN, actor=office.north)


def test_the_audit_converts_by_the_tables_that_are_there(graduates):
    student = graduates.student()

    def tables():
        return dossiers(graduates.session, [student.id])[student.id].rules.grading.tables

    assert tables() == ()
    graduates.take("grade-tables", SOUTH, "\n".join([HEAD, *SOUTHERN]))
    assert [table.total for table in tables()] == [100]


# Two curves


def table_of(institution, scale, **how_many):
    graded = {Decimal(grade.removeprefix("g").replace("_", ".")): count for grade, count in how_many.items()}
    return GradingTable.counting(SCALES[scale], graded, institution=institution, field="0613", cycle="7", years=[2024])


PAIR = CurvePair(
    host=table_of(NORTH, "cn-100", g100=50, g60=50),
    host_scale=SCALES["cn-100"],
    home=table_of(SOUTH, "es-10", g10=25, g7_5=50, g5=25),
    home_scale=ES_10,
)


def test_a_curve_is_a_step_for_each_grade_between_pass_mark_and_highest():
    left, top, right, bottom = WIDE.side, WIDE.above, WIDE.side + WIDE.width, WIDE.above + WIDE.height
    middle = left + WIDE.width // 2

    assert curves(PAIR, WIDE).host == f"M{left},{top}L{middle},{top}L{middle},{bottom}L{right},{bottom}"


def test_both_axes_have_pass_mark_and_highest_at_the_same_heights():
    placed = curves(PAIR, NARROW)

    assert [tick.words for tick in placed.host_ticks] == ["60", "70", "80", "90", "100"]
    assert [tick.words for tick in placed.home_ticks] == ["5", "6", "7", "8", "9", "10"]
    assert placed.host_ticks[0].at == placed.home_ticks[0].at == placed.bottom
    assert placed.host_ticks[-1].at == placed.home_ticks[-1].at == NARROW.above


def test_a_marked_grade_shows_its_strip_and_what_corresponds_to_it():
    marked = curves(PAIR, WIDE, Decimal(100)).marked
    quarter, left = WIDE.width // 4, WIDE.side

    assert (marked.left, marked.width) == (left, 2 * quarter)
    assert [(start, end) for start, end, _ in marked.grades] == [
        (left, left + quarter),
        (left + quarter, left + 2 * quarter),
    ]


def test_a_grade_that_nobody_received_is_marked_where_those_below_it_begin():
    marked = curves(PAIR, WIDE, Decimal(80)).marked

    assert (marked.left, marked.width) == (WIDE.side + WIDE.width // 2, 2)
    assert len(marked.grades) == 1


# Pages


NORTHERN = tuple(f"north.example,0613,7,{year},{grade},20" for year in (2024, 2025) for grade in (95, 85, 75, 65))


@pytest.fixture
def graded(offices):
    with offices.graduates() as graduates:
        graduates.take("grade-tables", SOUTH, "\n".join([HEAD, *SOUTHERN]))
        graduates.take("grade-tables", NORTH, "\n".join([HEAD, *NORTHERN]))
    return offices


def test_both_sides_read_both_tables(graded):
    for who in ("north", "south", "advisor"):
        said = words(graded.reader(who).get("/grade-tables"))
        assert "0613 7 2024-2025, 2025-2026 160" in said
        assert "0613 7 2024-2025, 2025-2026 100" in said


def test_a_grade_is_marked_and_each_choice_shows_its_working(graded):
    page = graded.reader("advisor").get("/grade-tables/2?grade=85")
    said = words(page)

    # From 25 to 50 per cent from the top, where 9 ends at 30 and 7.5 begins.
    assert "The lowest 7.5 Of the 160 passing grades of north.example" in said
    assert "The highest 9" in said
    assert page.get_data(as_text=True).count('<path class="found"') == 4


@pytest.mark.parametrize(("grade", "reason"), [("59", "Only a passing grade"), ("good", '"good" is not a grade')])
def test_a_grade_that_cannot_be_marked_is_said_at_its_field(graded, grade, reason):
    answer = graded.reader("south").get(f"/grade-tables/2?grade={grade}")

    assert answer.status_code == 400
    assert reason in words(answer)


def test_a_table_alone_has_no_curve_beside_it(offices):
    with offices.graduates() as graduates:
        graduates.take("grade-tables", SOUTH, "\n".join([HEAD, *SOUTHERN]))

    assert "no table of the other side" in words(offices.reader("south").get("/grade-tables/1"))


def test_a_file_is_looked_at_and_then_stored(offices):
    reader = offices.reader("south")
    file = (io.BytesIO("\n".join([HEAD, *SOUTHERN]).encode()), "grades.csv")

    looked = reader.post("/grade-tables/new", data={"look": "1", "file": file}).get_data(as_text=True)

    assert "Nothing has been stored yet" in looked
    rows = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", looked, re.DOTALL)[1]
    stored = reader.post("/grade-tables/new", data={"confirm": "1", "text": rows}, follow_redirects=True)
    assert "0613 7 2024-2025, 2025-2026 100" in words(stored)


def test_a_wrong_file_is_listed_row_by_row(offices):
    rows = "\n".join([HEAD, *SOUTHERN]).replace("0613", "AI")

    answer = offices.reader("south").post("/grade-tables/new", data={"look": "1", "text": rows})

    assert answer.status_code == 400
    assert "2 field AI Write the ISCED-F code" in words(answer)


def test_whoever_is_no_partner_sees_no_table(graded):
    assert graded.reader("elsewhere").get("/grade-tables/1").status_code == 403
    assert "0613 7" not in words(graded.reader("elsewhere").get("/grade-tables"))
