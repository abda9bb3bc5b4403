"""Who are the people of the tests? Anybody with any role, added directly, with one cheap password for all."""

import datetime as dt
import functools

from argon2 import PasswordHasher

from dualdegree.accounts import service
from dualdegree.accounts.models import Person, RoleHeld
from dualdegree.programmes.models import Institution

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
PASSWORD = "correct horse battery"
PROFILE = """\
institution: {0}
names: {{en: {0}}}
short_name: {0}
country: ES
time_zone: Europe/Madrid
credit_unit: {{en: ECTS credits}}
grade_scale: es-10
"""


@functools.cache
def cheap_hash():
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def institution(session, identifier):
    """The institution, added if it is not there."""
    known = session.get(Institution, identifier)
    if known is None:
        known = Institution(
            id=identifier, names={"en": identifier}, profile=PROFILE.format(identifier), grade_scale="es-10"
        )
        session.add(known)
        session.flush()
    return known


def person(session, email, *roles, name="Somebody", locale=None):
    """A person with these roles: ("registrar", "upv.es")."""
    somebody = Person(email=email, name=name, password_hash=cheap_hash(), locale=locale)
    session.add(somebody)
    session.flush()
    for role, where in roles:
        institution(session, where)
        session.add(RoleHeld(person=somebody, institution_id=where, role=role))
    session.flush()
    return somebody


def signed_in(app, session, somebody, now=None):
    """A client in which ``somebody`` has signed in; commits the session."""
    token, _ = service.begin(session, somebody, now or dt.datetime.now(dt.UTC))
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client
