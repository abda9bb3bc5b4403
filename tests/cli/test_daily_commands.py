"""What is run daily, and what a registrar asks a terminal for: deadlines told, an empty file written."""

from openpyxl import load_workbook

from dualdegree.cli.deadlines import deadlines
from dualdegree.cli.importing import import_template
from tests.graduates import text
from tests.programmes.papers import SOUTH

RULES = """
enrolment: {longest: {years: 1}}
deadlines: {rules: {longest: {name: {en: Longest}, starts: duration, days: 0}}}
"""


def take(offices, profile):
    with offices.graduates() as graduates:
        graduates.take("institution", SOUTH, profile)


def test_deadlines_that_have_passed_are_told_once(app, offices):
    take(offices, text("south/institution.yaml") + RULES)
    runner = app.test_cli_runner()

    first, again = (runner.invoke(deadlines, ["--json"]) for _ in range(2))

    assert (first.exit_code, first.output) == (0, '{"south.example": 5}\n')
    assert again.output == '{"south.example": 0}\n'


def test_without_rules_nothing_is_told(app, offices):
    answer = app.test_cli_runner().invoke(deadlines)

    assert "No institution's profile sets deadlines." in answer.output


def test_an_empty_file_is_written_in_the_language_that_is_asked_for(app, offices, tmp_path):
    take(offices, text("south/institution.yaml").replace("formats: [csv]", "formats: [csv, xlsx]"))
    path = tmp_path / "roster.xlsx"
    asked = ["roster", "--institution", SOUTH, "--language", "es", "--output", str(path)]

    answer = app.test_cli_runner().invoke(import_template, asked)

    assert answer.exit_code == 0, answer.output
    assert load_workbook(path).worksheets[1]["A1"].value == "Encabezado"
