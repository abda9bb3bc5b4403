"""Two small universities that nobody knows, their agreement and their curricula; and the people who act for them."""

from dualdegree.accounts.models import Person
from dualdegree.core.policy import Actor, Role
from dualdegree.programmes import service
from dualdegree.programmes.importing import import_agreement, import_curriculum, save_institution
from dualdegree.uploads import OfferedPaper
from tests import keeping
from tests.conftest import NOW
from tests.publishing import publish

NORTH, SOUTH = "north.example", "south.example"

NORTH_PROFILE = """\
institution: north.example
names: {en: North University}
short_name: North
country: CN
time_zone: Asia/Shanghai
credit_unit: {en: credits}
grade_scale: cn-100
"""
SOUTH_PROFILE = """\
institution: south.example
names: {en: South University, es: Universidad del Sur}
short_name: South
country: ES
time_zone: Europe/Madrid
credit_unit: {en: ECTS credits}
grade_scale: es-10
"""
AGREEMENT = """\
agreement: north-south
programme: double
version: "1"
institutions: [north.example, south.example]
title: {en: Double degree}
shared_credits: {at_most: "30", exempt_tags: [thesis]}
excluded_tags: {south.example: [thesis]}
"""
NORTH_CURRICULUM = """\
curriculum: north-side
institution: north.example
programme: double
version: "1"
title: {en: North's side}
admission: {from: "2024-1", to: "2025-3", routes: [chinese]}
degree:
  id: north
  institution: north.example
  ects_per_credit: "2"
  requirements: {id: root, kind: credits, at_least: "10", select: {}}
courses:
  - {code: N1, title: {en: Matrices}, credits: "3", tags: [core]}
  - {code: N2, title: {en: Groups}, credits: "2", tags: [elective], language: en}
  - {code: N3, title: {en: Seminar}, credits: "1", tags: [elective], repeatable: true}
  - {code: N9, title: {en: Thesis}, credits: "5", tags: [thesis], work: thesis}
"""
SOUTH_CURRICULUM = """\
curriculum: south-side
institution: south.example
programme: double
version: "1"
title: {en: South's side}
admission: {from: "2024-1"}
degree:
  id: south
  institution: south.example
  requirements: {id: root, kind: credits, at_least: "20", select: {}}
courses:
  - {code: S1, title: {en: Mathematics, es: Matemáticas}, credits: "6", tags: [core], level: "7", language: es}
  - {code: S2, title: {en: Algebra}, credits: "4.5", tags: [elective]}
  - {code: S9, title: {en: Thesis}, credits: "12", tags: [thesis]}
"""


def a_registrar(session, where, name=None):
    """A registrar with an account, as an actor."""
    person = Person(email=f"{name or where}@x.example", name=name or f"Registrar of {where}", password_hash="")
    session.add(person)
    session.flush()
    return Actor(person_id=person.id, name=person.name, email=person.email, roles=frozenset({(Role.REGISTRAR, where)}))


class Office:
    """Both institutions with their registrars, in an empty database."""

    def __init__(self, session):
        self.session = session
        self.north, self.south = a_registrar(session, NORTH), a_registrar(session, SOUTH)
        self.profile(NORTH_PROFILE, NORTH)
        self.profile(SOUTH_PROFILE, SOUTH)

    def profile(self, text, where):
        return save_institution(self.session, text, "institution.yaml", actor=self.actor(where), at=NOW)

    def actor(self, where):
        return self.north if where == NORTH else self.south

    def agreement(self, text=AGREEMENT, where=NORTH, *, confirm=True):
        actor = self.actor(where)
        paper = OfferedPaper(institution=where, text=text, name="agreement.yaml", actor=actor, at=NOW, confirm=confirm)
        return import_agreement(self.session, paper)

    def curriculum(self, text=NORTH_CURRICULUM, where=NORTH, *, confirm=True):
        actor = self.actor(where)
        paper = OfferedPaper(institution=where, text=text, name="curriculum.yaml", actor=actor, at=NOW, confirm=confirm)
        return import_curriculum(self.session, paper)

    def version(self, where=NORTH, version="1"):
        versions = service.curriculum_versions(self.session, ["double"])
        return next(
            candidate for candidate in versions if candidate.institution_id == where and candidate.version == version
        )

    def publish(self, where=NORTH, version="1"):
        return publish(self.session, self.version(where, version), self.actor(where), NOW)

    def approve_agreement(self, where):
        version = service.agreements(self.session, NORTH)[0]
        return service.approve_agreement(
            self.session, self.actor(where), version, institution_id=where, at=NOW, digest=version.digest
        )

    def with_curricula(self):
        """Everything up to both curricula published and the agreement in force."""
        self.agreement()
        self.curriculum()
        self.curriculum(SOUTH_CURRICULUM, SOUTH)
        self.publish()
        self.publish(SOUTH)
        self.approve_agreement(NORTH)
        self.approve_agreement(SOUTH)
        return self


def with_curricula(backend, session):
    """The office with everything up to both curricula, brought back where it was built before."""
    return keeping.again(backend, "office", session, lambda first: Office(first).with_curricula())
