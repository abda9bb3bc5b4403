"""What is a roster held against? The register, the curricula in force and the accounts, loaded before the first row."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.core.enrolment import state_on
from dualdegree.core.policy import Role
from dualdegree.core.text import Message
from dualdegree.programmes.models import CurriculumSeries, CurriculumVersion
from dualdegree.programmes.service import choose, published
from dualdegree.records.importing.files.rows import Refused, RosterRow
from dualdegree.records.importing.people.identity import KnownEnrolments
from dualdegree.records.importing.planning import ReadFile, chunks
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.standing.states import entries_of, holding


class Book:
    """Everything that the rows are held against, loaded beforehand."""

    def __init__(self, session: orm.Session, source: ReadFile, rows: Sequence[RosterRow]) -> None:
        self.source = source
        institution = source.institution.id
        self.register = KnownEnrolments(session, institution, rows)
        taught = (
            sa.select(CurriculumSeries.programme_id).where(CurriculumSeries.institution_id == institution).distinct()
        )
        programmes = sorted(session.scalars(taught))
        self.versions = {programme: published(session, institution, programme) for programme in programmes}
        addresses = {address.casefold() for row in rows for address in (row.email, *row.advisors)}
        self.people = {person.email.casefold(): person for person in _people(session, sorted(addresses - {""}))}
        linked = sa.select(Student.person_id).where(
            Student.person_id.in_([person.id for person in self.people.values()])
        )
        self.linked = set(session.scalars(linked))
        """The accounts that belong to a student already, in the record or by an earlier row."""
        known = [enrolment.id for enrolment in self.register.own.values()]
        self.states = {key: holding(entries) for key, entries in entries_of(session, known).items()}
        """The states of the enrolments that are known, by their ids."""

    def programme(self, row: RosterRow) -> str:
        """The programme that the row means: the one it names, or the only one that there is."""
        if row.programme in self.versions:
            return row.programme
        if row.programme or len(self.versions) != 1:
            words = {"programmes": tuple(self.versions)}
            reason = Message("Which programme? Write its code; the institution teaches %(programmes)s.", words)
            raise Refused(reason, "programme")
        return next(iter(self.versions))

    def version(self, own: Enrolment | None, programme: str, term: str, route: str) -> CurriculumVersion:
        """The curriculum that binds the student: the one that already does while term and route stay the same."""
        if own and own.curriculum_version and (own.admission_term, own.route) == (term, route):
            return own.curriculum_version
        version = choose(self.versions[programme], term, route)
        if version is None:
            words = {"term": term, "route": route}
            reason = Message("No published curriculum takes admissions of %(term)s by the route %(route)s.", words)
            raise Refused(reason, "admission_term")
        return version

    def state_before(self, own: Enrolment) -> str:
        """In which state the record has the enrolment today."""
        today = self.source.today
        return state_on(self.states.get(own.id, ()), today, own.admission_term).state.value

    def curriculum_name(self, version: int | None) -> str:
        """A version as it is shown."""
        every = (known for versions in self.versions.values() for known in versions)
        return next((known.version for known in every if known.id == version), "")

    def address(self, person: int | None) -> str:
        """An advisor as shown; by number who is not in the file."""
        known = next((holder.email for holder in self.people.values() if holder.id == person), None)
        return known or ("" if person is None else f"person:{person}")

    def advisor(self, row: RosterRow) -> Person | None:
        """The first whom the row names of those who are advisors here; the partner's stand in the partner's roster."""
        return next(filter(None, (self.holder(address, Role.ADVISOR) for address in row.advisors)), None)

    def holder(self, address: str, role: Role) -> Person | None:
        """Whoever signs in with this address and has the role; an advisor, here at the institution."""
        person = self.people.get(address.casefold())
        if person is None:
            return None
        here = self.source.institution.id
        held = {(role_held.role, role_held.institution_id) for role_held in person.roles}
        fits = any(name == role and (role is Role.STUDENT or where == here) for name, where in held)
        return person if fits else None


def _people(session: orm.Session, addresses: Sequence[str]) -> Iterator[Person]:
    for some in chunks(addresses):
        yield from session.scalars(sa.select(Person).where(sa.func.lower(Person.email).in_(some)))
