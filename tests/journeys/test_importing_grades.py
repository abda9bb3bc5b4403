"""A registrar brings a new file of grades: looks at what it would do, confirms it, and brings it again."""

import pytest
from playwright.sync_api import expect

from tests.journeys.files import confirm, counts, offer, table
from tests.journeys.reader import BEIHANG, UPV

SEVEN = "7 of 7 changes, those of known rows first"
SIX = "6 of 6 changes, those of known rows first"


def test_beihang_s_new_grades_are_previewed_then_confirmed(site, readers):
    registrar = readers(site, BEIHANG)

    offer(registrar, "beihang/grades-new.csv")

    assert counts(registrar) == (3, 4, 0, 0, 0)
    assert table(registrar, SEVEN)[0] == [
        "2",
        "ZY2406105",
        "Computer Vision (DX062001, 2024/2025 term 2)",
        "Grade 75",
        "Grade 90",
    ]

    confirm(registrar)

    expect(registrar.page.get_by_role("status")).to_contain_text("The rows below are in the record now.")
    registrar.student("ZY2406121")
    assert grade_of(registrar, "DX062002") == "84"


def test_upv_s_new_grades_are_previewed_then_confirmed(site, readers):
    registrar = readers(site, UPV)

    offer(registrar, "upv/grades-new.csv")

    assert counts(registrar) == (2, 4, 0, 0, 0)
    assert table(registrar, SIX)[0] == [
        "2",
        "2461006",
        "Biometrics (39109, 2025/2026 term 2, sitting 2)",
        "Grade 6,8 AP",
        "Grade 9,1 SB",
    ]

    confirm(registrar)

    expect(registrar.page.get_by_role("status")).to_contain_text("The rows below are in the record now.")
    registrar.student("2561030")
    assert grade_of(registrar, "39103") == "9,7 MH"


def test_what_is_only_previewed_is_not_in_the_record(site, readers):
    registrar = readers(site, BEIHANG)
    offer(registrar, "beihang/grades-new.csv")
    preview = registrar.page.url

    registrar.student("ZY2406121")
    assert grade_of(registrar, "DX062002") == "在读"

    registrar.open(preview)
    registrar.press("Withdraw the file")
    expect(registrar.page.get_by_role("status")).to_contain_text("nothing was changed")


@pytest.mark.parametrize(
    ("email", "file", "rows"), [(BEIHANG, "beihang/grades-new.csv", 7), (UPV, "upv/grades-new.csv", 6)]
)
def test_the_same_file_again_changes_nothing(site, readers, email, file, rows):
    registrar = readers(site, email)
    offer(registrar, file)
    confirm(registrar)

    offer(registrar, file)

    assert counts(registrar) == (0, 0, rows, 0, 0)
    confirm(registrar)
    assert counts(registrar) == (0, 0, rows, 0, 0)


def grade_of(registrar, course):
    """The grade on the open record of the only attempt at this course."""
    row = registrar.page.locator("main tbody tr", has=registrar.page.locator(f"th div:text-is('{course}')"))
    return row.locator("td").nth(3).inner_text()
