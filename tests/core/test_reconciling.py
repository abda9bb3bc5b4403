"""What a register marks as recognised, held against what is recognised here, course by course."""

from decimal import Decimal

from dualdegree.core.recognition.reconciling import Reconciliation, reconciled

THREE, SIX = Decimal(3), Decimal(6)


def outcomes(marked, granted):
    return {row.course: row.outcome for row in reconciled(marked, granted)}


def test_the_same_course_with_the_same_credits_agrees():
    assert outcomes([("S1", SIX)], [("S1", Decimal("6.0"))]) == {"S1": Reconciliation.AGREES}


def test_other_credits_differ():
    assert outcomes([("S1", SIX)], [("S1", THREE)]) == {"S1": Reconciliation.CREDITS_DIFFER}


def test_what_one_side_alone_has_is_told_by_whose_it_is():
    assert outcomes([("S1", SIX)], [("S2", SIX)]) == {
        "S1": Reconciliation.ONLY_IN_REGISTER,
        "S2": Reconciliation.ONLY_HERE,
    }


def test_a_course_in_several_rows_is_added_up():
    assert outcomes([("S1", THREE), ("S1", THREE)], [("S1", SIX)]) == {"S1": Reconciliation.AGREES}


def test_credits_of_a_group_have_no_code_and_stand_here_alone():
    (row,) = reconciled([], [("", THREE)])

    assert (row.course, row.marked, row.granted, row.outcome) == ("", None, THREE, Reconciliation.ONLY_HERE)
