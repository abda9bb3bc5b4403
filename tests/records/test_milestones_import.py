"""Files of milestones: a defence, months of practice, a language level."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from dualdegree.records.models import MilestoneHeld
from tests.programmes.papers import NORTH
from tests.records.registers import counts, with_chen

HEADER = "学号,里程碑,数值,日期\n"


@pytest.fixture
def registers(backend, session):
    return with_chen(backend, session)


def take(registers, *rows, **options):
    return registers.take("milestones", NORTH, HEADER + "".join(f"{row}\n" for row in rows), **options)


def held(registers):
    rows = registers.session.scalars(sa.select(MilestoneHeld).order_by(MilestoneHeld.milestone))
    return [(row.milestone, row.value, row.achieved_on) for row in rows]


def test_milestones_are_held_under_the_names_of_the_profile(registers):
    assert counts(take(registers, "N100,答辩,,2026-06-12", "N100,专业实践月数,12,")) == (2, 0, 0, 0)
    assert held(registers) == [("defence", None, dt.date(2026, 6, 12)), ("practice_months", Decimal(12), None)]


def test_the_same_file_again_changes_nothing_and_another_value_changes_it(registers):
    take(registers, "N100,专业实践月数,9,")

    assert counts(take(registers, "N100,专业实践月数,9.0,")) == (0, 0, 1, 0)
    assert counts(take(registers, "N100,专业实践月数,12,")) == (0, 1, 0, 0)
    assert held(registers) == [("practice_months", Decimal(12), None)]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("N999,答辩,,", "学号", "No student of this register has this number."),
        ("N100,毕业旅行,,", "里程碑", "This word is not known. The profile knows: 答辩"),
        ("N100,专业实践月数,很多,", "数值", "This is not a number."),
        ("N100,答辩,,2027-06-12", "日期", "This day has not come yet."),
        ("N100,答辩,,1066-10-14", "日期", "The student was born after this day"),
    ],
)
def test_what_cannot_be_is_left_out_in_words(registers, row, column, reason):
    (rejected,) = take(registers, row).rejected

    assert rejected.column == column
    assert str(rejected.reason).startswith(reason)


def test_a_day_has_come_when_it_has_where_the_register_is_kept(registers):
    evening = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)

    preview = take(registers, "N100,答辩,,2026-11-24", at=evening)

    assert preview.rejected == ()


def test_a_milestone_stands_once_per_student(registers):
    preview = take(registers, "N100,答辩,,2026-06-12", "N100,答辩,,2026-06-13")

    assert counts(preview) == (1, 0, 0, 1)
