"""The database is made, brought up to date and examined from a terminal."""

import datetime as dt
from contextlib import contextmanager

import sqlalchemy as sa

import config
from dualdegree.events import Event
from dualdegree.messages.models import Notice
from dualdegree.programmes.models import Institution
from dualdegree.transcript.models import IssuedDocument


@contextmanager
def owner(backend):
    """Whoever owns the tables, at the database itself."""
    engine = sa.create_engine(backend.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@contextmanager
def unprotected(connection):
    """Somebody with the keys to the database puts the guard of the history aside."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER event_no_update")
        yield
        return
    connection.exec_driver_sql("ALTER TABLE event DISABLE TRIGGER event_is_append_only")
    yield
    connection.exec_driver_sql("ALTER TABLE event ENABLE TRIGGER event_is_append_only")


def post_today(graduates):
    """The letters, which the graduates were sent on a day of their own, wait since now."""
    graduates.session.execute(sa.update(Notice).values(due_at=dt.datetime.now(dt.UTC)))


def wrong(ran):
    return [line for line in ran.lines if not line.startswith("ok ")]


def test_a_database_can_be_brought_up_to_date_as_often_as_one_likes(terminal):
    assert terminal("init-db").out.splitlines()[-1] == "The database is up to date."
    assert terminal("init-db").status == 0


def test_a_new_file_becomes_a_database(terminal, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")

    assert terminal("doctor").status == 1
    assert terminal("init-db").status == 0
    assert terminal("doctor").status == 0


def test_a_sound_installation_has_nothing_wrong(terminal, filled):
    filled(lambda graduates: graduates.sign())
    filled(lambda graduates: graduates.issue() and None)
    filled(post_today)

    ran = terminal("doctor")

    assert (ran.status, wrong(ran)) == (0, [])
    assert "ok     history" in ran.lines


def test_a_missing_migration_is_found(terminal, backend):
    with owner(backend) as connection:
        (head,) = connection.exec_driver_sql("SELECT version_num FROM alembic_version").one()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    try:
        ran = terminal("doctor")
    finally:
        with owner(backend) as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{head}'")

    assert ran.status == 1
    assert "WRONG  database: the tables are at 0001, the program at" in ran.out
    assert "run `dualdegree init-db`." in ran.out
    assert "?      history: not examined while the database is not in its place." in ran.lines


def test_a_public_address_that_is_not_set_is_found_where_there_is_more_than_the_demonstration(
    terminal, filled, monkeypatch
):
    filled(post_today)
    monkeypatch.setenv("PUBLIC_URL", "")

    missing = wrong(terminal("doctor"))
    filled(lambda graduates: graduates.session.execute(sa.update(Institution).values(demonstration=True)) and None)

    (line,) = missing
    assert line.startswith("WRONG  public address: nothing can be issued")
    assert line.endswith("set PUBLIC_URL.")
    assert wrong(terminal("doctor")) == []


def test_an_altered_document_is_found(terminal, filled):
    filled(lambda graduates: graduates.sign())
    filled(lambda graduates: graduates.issue() and None)
    filled(lambda graduates: graduates.session.execute(sa.update(IssuedDocument).values(pdf=b"%PDF another")) and None)
    filled(post_today)

    ran = terminal("doctor")

    assert ran.status == 1
    assert wrong(ran) == [
        "WRONG  issued documents: the stored document DOUBLE-2026-000001 was altered; restore it from a backup."
    ]


def test_a_broken_chain_is_found(terminal, filled, backend):
    first = filled(lambda graduates: graduates.session.scalar(sa.select(sa.func.min(Event.id))))
    with owner(backend) as connection, unprotected(connection):
        connection.exec_driver_sql(f"UPDATE event SET reason = 'I was never here' WHERE id = {first}")

    ran = terminal("doctor")

    assert ran.status == 1
    assert wrong(ran) == [
        "WRONG  history: the history of north.example does not hold at event 1; compare it with a backup."
    ]


def test_a_database_that_does_not_answer_is_said_once(terminal, monkeypatch, tmp_path):
    (tmp_path / "broken.db").write_bytes(b"this is no database, and it is long enough to look like one" * 20)
    for url in ("postgresql://127.0.0.1:1/test", f"sqlite:///{tmp_path / 'broken.db'}"):
        monkeypatch.setenv("DATABASE_URL", url)

        ran = terminal("doctor")

        assert ran.status == 1
        assert len([line for line in ran.lines if line.startswith("WRONG")]) == 1


def test_catalogues_that_are_not_compiled_are_found(terminal, monkeypatch, tmp_path):
    monkeypatch.setattr(config, "TRANSLATIONS", tmp_path)

    assert wrong(terminal("doctor")) == [
        "WRONG  translations: zh_Hans is not compiled; run `make install`.",
        "WRONG  translations: es is not compiled; run `make install`.",
    ]
