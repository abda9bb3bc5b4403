"""How do tests publish a version of a curriculum? As offices do: one registrar submits it, another publishes it."""

import sqlalchemy as sa

from dualdegree.accounts import service as accounts
from dualdegree.accounts.models import Person
from dualdegree.programmes.curricula import publishing
from tests.people import person

NOBODY_ELSE = "second-registrar@{}"


def second_registrar(session, where):
    """Another registrar of the institution, as an actor; added if not there yet."""
    email = NOBODY_ELSE.format(where)
    known = session.scalars(sa.select(Person).where(Person.email == email)).first()
    return accounts.actor_of(known or person(session, email, ("registrar", where), name=f"Second of {where}"))


def publish(session, version, author, at):
    """Let ``author`` submit the version and somebody else of the institution publish it."""
    publishing.submit(session, author, version, digest=version.digest, at=at)
    other = second_registrar(session, version.institution_id)
    publishing.publish(session, other, version, digest=version.digest, at=at)
    return version
