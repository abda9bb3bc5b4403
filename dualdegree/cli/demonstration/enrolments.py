"""Who is on leave, abroad or gone in the demonstration, and who is held back, as its scenario says?"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dualdegree import stakes
from dualdegree.cli.demonstration.loading import Loading
from dualdegree.core.enrolment.states import DatedState, EnrolmentState
from dualdegree.records.standing import entering, holds
from dualdegree.records.standing.entering import StateToEnter


def enter_state(loading: Loading, entry: Mapping[str, Any]) -> None:
    """The registrar of the institution enters a state with its first day."""
    student, where = loading.student(entry["student"]), entry["institution"]
    enrolment = next(side for side in student.enrolments if side.institution_id == where)
    wanted = StateToEnter(
        state=DatedState(state=EnrolmentState(entry["state"]), since=dt.date.fromisoformat(str(entry["since"]))),
        reason=entry["reason"],
        revision=enrolment.revision,
        confirmed=stakes.digest_of(stakes.at_stake(loading.session, [student.id])),
    )
    entering.enter(loading.session, loading.registrar(where), enrolment, wanted, loading.at)


def place_hold(loading: Loading, entry: Mapping[str, Any]) -> None:
    """The registrar of the institution holds the student back."""
    student, where = loading.student(entry["student"]), entry["institution"]
    holds.place(
        loading.session, loading.registrar(where), student,
        institution=where, kind=entry["kind"], reason=entry["reason"], at=loading.at,
    )  # fmt: skip
