"""Do sign-ins begin only with the right password, and end when they should?"""

import datetime as dt
import json

import pytest
from sqlalchemy import func, select, update

from dualdegree import events
from dualdegree.accounts import service
from dualdegree.accounts.models import Person, SignInSession
from dualdegree.core.policy import Role, operator
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.db import db, reading
from tests.people import NOW, PASSWORD, institution, person

TIMEOUTS = service.Timeouts(idle=dt.timedelta(minutes=30), absolute=dt.timedelta(hours=8))


def after(**passed):
    return NOW + dt.timedelta(**passed)


def whose(session, token, at):
    return service.whose_token(session, token, at, TIMEOUTS)


def test_whoever_knows_the_password_signs_in_with_the_address_in_any_capitals(session):
    ines = person(session, "ines@upv.es")

    token, row = service.sign_in(session, email="  Ines@UPV.es ", password=PASSWORD, now=NOW)

    assert row.person is ines
    assert whose(session, token, NOW).email == "ines@upv.es"


def test_the_token_itself_is_kept_nowhere(session):
    token, row = service.begin(session, person(session, "a@upv.es"), NOW)

    assert token not in row.token_hash
    assert len(row.token_hash) == 64


@pytest.mark.parametrize(("email", "password"), [("a@upv.es", "wrong"), ("nobody@upv.es", PASSWORD), ("", "")])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(session, email, password):
    person(session, "a@upv.es")

    with pytest.raises(service.SignInRefused, match="do not belong together"):
        service.sign_in(session, email=email, password=password, now=NOW)


def test_an_unknown_address_costs_a_verification_like_a_known_one(session, monkeypatch):
    verified = []
    monkeypatch.setattr(service, "_matches", lambda kept, password: verified.append(kept))

    with pytest.raises(service.SignInRefused):
        service.sign_in(session, email="nobody@upv.es", password="x", now=NOW)

    assert verified[0].startswith("$argon2id$")


def test_whoever_may_no_longer_sign_in_is_out_at_once(session):
    somebody = person(session, "a@upv.es")
    token, _ = service.begin(session, somebody, NOW)

    somebody.active = False

    assert whose(session, token, NOW) is None
    with pytest.raises(service.SignInRefused):
        service.sign_in(session, email="a@upv.es", password=PASSWORD, now=NOW)


def test_a_sign_in_ends_when_no_page_is_opened_for_too_long(session):
    token, _ = service.begin(session, person(session, "a@upv.es"), NOW)

    assert whose(session, token, after(minutes=29))
    assert whose(session, token, after(minutes=58))
    assert whose(session, token, after(minutes=89)) is None


def test_a_sign_in_ends_in_the_end_however_busy(session):
    token, _ = service.begin(session, person(session, "a@upv.es"), NOW)

    for hour in range(0, 8 * 60, 20):
        assert whose(session, token, after(minutes=hour))

    assert whose(session, token, after(hours=8)) is None


def test_reading_many_pages_writes_once_a_minute(session):
    token, row = service.begin(session, person(session, "a@upv.es"), NOW)

    whose(session, token, after(seconds=59))
    assert row.last_seen_at == NOW

    whose(session, token, after(seconds=60))
    assert row.last_seen_at == after(seconds=60)


def test_a_page_is_read_although_somebody_else_has_just_written(session):
    token, _ = service.begin(session, person(session, "a@upv.es"), NOW)
    other = person(session, "b@upv.es")
    other_id = other.id
    session.commit()

    with reading() as looking:
        looking.get(Person, other_id)
        with db.engine.begin() as writing:
            writing.execute(update(Person).where(Person.id == other_id).values(name="Somebody else"))

        assert whose(looking, token, after(minutes=2)).email == "a@upv.es"
        looking.flush()


def test_signing_out_ends_the_sign_in_and_a_repeat_changes_nothing(session):
    token, row = service.begin(session, person(session, "a@upv.es"), NOW)

    service.sign_out(session, token, after(minutes=1))
    service.sign_out(session, token, after(minutes=2))
    service.sign_out(session, "unknown", NOW)

    assert row.ended_at == after(minutes=1)
    assert whose(session, token, after(minutes=1)) is None


def test_one_can_end_the_own_sign_ins_and_nobody_elses(session):
    mine, other = person(session, "a@upv.es"), person(session, "b@upv.es")
    _, phone = service.begin(session, mine, NOW)
    token, _ = service.begin(session, mine, after(minutes=1))

    service.end(session, service.actor_of(mine), phone.id, after(minutes=2))

    alive = service.sign_ins(session, service.actor_of(mine), after(minutes=2), TIMEOUTS)
    assert [service.is_of(row, token) for row in alive] == [True]
    with pytest.raises(Absent):
        service.end(session, service.actor_of(other), phone.id, NOW)
    with pytest.raises(Absent):
        service.end(session, service.actor_of(other), 999, NOW)


def test_a_new_password_ends_every_other_sign_in(session):
    mine = person(session, "a@upv.es")
    lost, _ = service.begin(session, mine, NOW)
    here, _ = service.begin(session, mine, NOW)

    service.change_password(
        session, service.actor_of(mine), old=PASSWORD, new="another long password", keep=here, now=NOW
    )

    session.flush()
    session.expire_all()
    assert whose(session, lost, NOW) is None
    assert whose(session, here, NOW)
    assert service.sign_in(session, email="a@upv.es", password="another long password", now=NOW)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("wrong", "another long password", "not your present"),
        (PASSWORD, "short", "12 to 200"),
        (PASSWORD, "x" * 201, "12"),
    ],
)
def test_a_password_stays_when_the_change_is_not_in_order(session, old, new, sentence):
    mine = person(session, "a@upv.es")

    with pytest.raises(Refusal, match=sentence):
        service.change_password(session, service.actor_of(mine), old=old, new=new, keep="", now=NOW)

    assert service.sign_in(session, email="a@upv.es", password=PASSWORD, now=NOW)


def test_a_password_of_an_older_making_is_made_anew_when_it_is_next_used(session):
    somebody = person(session, "a@upv.es")
    cheap = somebody.password_hash

    service.sign_in(session, email="a@upv.es", password=PASSWORD, now=NOW)

    assert somebody.password_hash != cheap
    assert service.sign_in(session, email="a@upv.es", password=PASSWORD, now=NOW)


def test_an_address_belongs_to_one_person(session):
    added = service.add_person(session, email="Wang@BUAA.edu.cn", name="王立新", password=PASSWORD)

    assert added.email == "wang@buaa.edu.cn"
    with pytest.raises(Conflict):
        service.add_person(session, email="wang@buaa.edu.cn", name="王", password=PASSWORD)


def test_a_role_is_granted_once_and_told_in_the_history(session):
    somebody = person(session, "a@upv.es")
    institution(session, "upv.es")

    for _ in range(2):
        service.grant_role(session, operator("upv.es"), somebody, Role.REGISTRAR, "upv.es", at=NOW)

    assert service.actor_of(somebody).institutions(Role.REGISTRAR) == ("upv.es",)
    (grant_event,) = events.history(session, f"person:{somebody.id}")
    assert (grant_event.act, grant_event.actor) == ("role.grant", "operator")
    assert json.loads(grant_event.after) == {"held": True, "institution": "upv.es", "role": "registrar"}


def test_a_role_that_is_withdrawn_is_gone_and_told(session):
    somebody = person(session, "a@upv.es", ("advisor", "upv.es"))

    for _ in range(2):
        service.withdraw_role(session, operator("upv.es"), somebody, Role.ADVISOR, "upv.es", at=NOW)

    assert service.actor_of(somebody).roles == frozenset()
    assert [event.act for event in events.history(session, f"person:{somebody.id}")] == ["role.withdraw"]


def test_looking_for_a_token_nobody_has_finds_nobody(session):
    assert whose(session, "nonsense", NOW) is None
    assert session.scalar(select(func.count()).select_from(SignInSession)) == 0
