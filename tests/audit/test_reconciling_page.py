"""Both offices see where a register marks as recognised what is not recognised here, and the reverse."""

import pytest

from dualdegree.audit.reconciling.service import reconciled_rows
from dualdegree.core.recognition.reconciling import Reconciliation
from tests.graduates import READY, Graduates, text
from tests.programmes.papers import NORTH, SOUTH


@pytest.fixture
def graduates(session):
    built = Graduates(session)
    built.build()
    return built


def outcomes(graduates, where):
    student = graduates.student(READY)
    rows = reconciled_rows(graduates.session, [student])[student.id]
    return {row.compared.course: row.compared.outcome for row in rows if row.institution == where}


def test_what_is_recognised_here_is_missing_in_a_register_that_marks_nothing(graduates):
    assert outcomes(graduates, SOUTH)["S1"] is Reconciliation.ONLY_HERE
    assert outcomes(graduates, NORTH)["N4"] is Reconciliation.ONLY_HERE


def test_a_register_that_marks_the_same_agrees(graduates):
    mark(graduates, "N4", "3")

    assert outcomes(graduates, NORTH)["N4"] is Reconciliation.AGREES


def test_a_register_that_marks_other_credits_differs(graduates):
    mark(graduates, "N4", "2")

    assert outcomes(graduates, NORTH)["N4"] is Reconciliation.CREDITS_DIFFER


def mark(graduates, course, credits_):
    profile = text("north/institution.yaml").replace("recognised: [EXEMPT]", "recognised: [EXEMPT, RECOGNISED]")
    graduates.take("institution", NORTH, profile)
    header = "Number,Unit code,Unit title,Units,Mark,Term,Remark\n"
    graduates.take("grades", NORTH, f"{header}{READY},{course},X,{credits_},,2024-1,RECOGNISED\n")
