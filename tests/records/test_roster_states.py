"""A roster tells in which state its students are: what is new is kept, what cannot be is a rejected row."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dualdegree.records import importing
from dualdegree.records.importing.taking_back.service import take_back
from dualdegree.records.models import ImportBatch
from dualdegree.records.standing.states import entries_of
from tests.graduates import text
from tests.people import NOW
from tests.programmes.papers import SOUTH

PROFILE = (
    text("south/institution.yaml")
    .replace("advisor: Orientador", "advisor: Orientador\n      state: Situação\n      state_since: Desde")
    .replace("values: {route:", "values: {state: {ativo: active, trancado: leave, desligado: terminated}, route:")
)
HEADER, FIRST, *_ = text("south/roster.csv").splitlines()


@pytest.fixture
def telling(graduates):
    """South's register tells of states."""
    graduates.take("institution", SOUTH, PROFILE)
    return graduates


def roster(*cells):
    return f"{HEADER};Situação;Desde\n{FIRST};{';'.join(cells)}\n".encode()


def offered(world, *cells, confirm=True):
    by = world.registrar(SOUTH)
    content = roster(*cells)
    return importing.import_file(world.session, "roster", SOUTH, "r.csv", content, actor=by, at=NOW, confirm=confirm)


def states(world):
    own = next(row for row in world.student().enrolments if row.institution_id == SOUTH)
    entries = entries_of(world.session, [own.id]).get(own.id, ())
    return [(entry.state, entry.since, entry.from_roster) for entry in entries]


def test_a_new_state_is_previewed_and_kept_from_its_day_on(telling):
    preview = offered(telling, "trancado", "01/02/2026")

    (change,) = preview.changes
    assert (change.before["enrolment state"], change.after["enrolment state"]) == ("active", "leave")
    assert states(telling) == [("leave", dt.date(2026, 2, 1), True)]


def test_the_same_file_again_changes_nothing(telling):
    offered(telling, "trancado", "01/02/2026")

    again = offered(telling, "trancado", "01/02/2026")

    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert len(states(telling)) == 1


def test_another_day_for_the_same_state_is_remarked_and_the_record_stays(telling):
    offered(telling, "trancado", "01/02/2026")

    again = offered(telling, "trancado", "01/03/2026")

    assert "The record has this state since 2026-02-01" in str(again.remarks[0].reason)
    assert states(telling) == [("leave", dt.date(2026, 2, 1), True)]


def test_a_state_that_cannot_follow_is_a_rejected_row_at_its_column(telling):
    offered(telling, "desligado", "01/02/2026")

    refused = offered(telling, "trancado", "01/03/2026")

    assert [(row.column, row.value) for row in refused.rejected] == [("Situação", "trancado")]
    assert "cannot follow “Enrolment terminated”" in str(refused.rejected[0].reason)


def test_a_word_that_the_profile_does_not_know_is_rejected_with_those_that_it_knows(telling):
    refused = offered(telling, "licença", "", confirm=False)

    assert "The profile knows: ativo, trancado, desligado" in str(refused.rejected[0].reason)


def test_a_roster_that_is_taken_back_takes_its_state_with_it(telling):
    offered(telling, "trancado", "01/02/2026")
    batch = telling.session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc())).first()

    take_back(telling.session, telling.registrar(SOUTH), batch, seen=None, at=NOW)

    assert states(telling) == []


def test_a_file_that_says_nothing_of_states_changes_none(telling):
    offered(telling, "", "")

    assert states(telling) == []
