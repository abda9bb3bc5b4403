"""The history: append-only, chained, one chain per institution."""

import pytest
import sqlalchemy as sa

from dualdegree.core.acts import Act
from dualdegree.events import Event, NewEvent, broken_links, record
from dualdegree.programmes.models import Institution
from tests.conftest import NOW


def an_institution(session, key="upv.es"):
    session.add(Institution(id=key, names={"en": key}, profile="", grade_scale="es-10"))
    session.flush()
    return key


def an_act(institution, **values):
    return NewEvent(
        institution=institution, actor="ana@upv.example", act=Act.GRADES_IMPORTED, subject="student:1", at=NOW, **values
    )


def test_each_event_rests_on_the_one_before(session):
    upv = an_institution(session)

    first = record(session, an_act(upv, before={"grade": "5.0"}, after={"grade": "6.0"}))
    second = record(session, an_act(upv))

    assert (first.number, second.number) == (1, 2)
    assert second.previous_hash == first.hash
    assert list(broken_links(session, upv)) == []


def test_each_institution_has_a_chain_of_its_own(session):
    for key in ("upv.es", "buaa.edu.cn"):
        record(session, an_act(an_institution(session, key)))

    assert session.scalars(sa.select(Event.number)).all() == [1, 1]


@pytest.mark.parametrize("statement", ["UPDATE event SET reason = 'x'", "DELETE FROM event"])
def test_the_database_refuses_to_rewrite_history(session, statement):
    record(session, an_act(an_institution(session)))
    session.commit()

    with pytest.raises(sa.exc.DBAPIError, match=r"append-only|permission denied"):
        session.execute(sa.text(statement))
    session.rollback()


def test_an_event_altered_by_the_tables_owner_is_found(session):
    upv = an_institution(session)
    for _ in range(3):
        record(session, an_act(upv))
    if session.connection().dialect.name == "sqlite":
        session.execute(sa.text("DROP TRIGGER event_no_update"))
    else:
        session.execute(sa.text("RESET ROLE"))
        session.execute(sa.text("ALTER TABLE event DISABLE TRIGGER event_is_append_only"))

    session.execute(sa.text("UPDATE event SET reason = 'nothing to see here' WHERE number = 2"))
    session.expire_all()

    assert list(broken_links(session, upv)) == [2]
    session.rollback()
