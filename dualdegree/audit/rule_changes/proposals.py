"""Which rules are proposed, what would they replace, and whom does that bind now? Stored or not, nothing is changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier, Rules, under
from dualdegree.core.curricula.agreement import read_agreement
from dualdegree.core.curricula.curriculum import Curriculum, read_curriculum
from dualdegree.core.curricula.equivalence_table import read_equivalences
from dualdegree.core.source.reading import Place, read
from dualdegree.core.text import Message
from dualdegree.programmes import service as programmes
from dualdegree.programmes.importing import check_home
from dualdegree.programmes.models import AgreementVersion, CurriculumVersion
from dualdegree.programmes.texts import curriculum_of
from dualdegree.recognition import service as recognition
from dualdegree.recognition.importing import check_table
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.records.models import Enrolment, Student

KINDS = ("curriculum", "agreement", "equivalences")
"""The key with which each kind of text begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Rules that might hold instead of those in force: exactly one of ``curriculum``, ``agreement``, ``table``.

    ``replaces`` are the versions that the text would replace: published versions of a curriculum by id, and how pages
    name each; for a text of both institutions the one in force.
    """

    kind: str
    programme: str
    version: str
    replaces: tuple[str, ...]
    bound_to: tuple[int, ...] = ()
    curriculum: Curriculum | None = None
    agreement: AgreementVersion | None = None
    table: EquivalenceVersion | None = None

    def applied(self, held: Dossier) -> Dossier:
        """The same student as if the proposed rules held."""
        rules = Rules(
            agreement=self.agreement or held.agreement,
            equivalences=self.table or held.equivalences,
            scales=held.scales,
            tables=held.grading_tables,
        )
        return under(held, rules, self.curriculum)


def read_proposal(session: orm.Session, text: bytes, name: str) -> Proposal:
    """What an unstored text proposes. Raises ``SourceError`` naming file, line and key for whatever is not sound."""
    place = read(text, name)
    kind = next((kind_name for kind_name in KINDS if kind_name in place.entries()), None)
    plain = text.decode("utf-8-sig")
    match kind:
        case "curriculum":
            value = read_curriculum(text, name)
            check_home(session, place, value.institution, value)
            return of_curriculum(session, value)
        case "agreement":
            return _of_agreement_text(session, place, plain, name)
        case "equivalences":
            return _of_table_text(session, place, plain, name)
        case _:
            words = {"keys": KINDS}
            raise place.wrong(
                Message("this is no curriculum, agreement or equivalence table; begin with one of %(keys)s", words)
            )


def of_curriculum(session: orm.Session, value: Curriculum) -> Proposal:
    """A version of a curriculum. It would replace the published ones that take an admission which it takes as well,
    and the one without an end that it follows.
    """
    replaced = [
        version
        for version in programmes.published(session, value.institution, value.programme)
        if _is_same(version, value) or curriculum_of(version).admission.overlaps(value.admission)
    ]
    return Proposal(
        kind="curriculum",
        programme=value.programme,
        version=value.version,
        replaces=tuple(version.version for version in replaced),
        bound_to=tuple(version.id for version in replaced),
        curriculum=value,
    )


def _is_same(version: CurriculumVersion, value: Curriculum) -> bool:
    return (version.curriculum_id, version.version) == (value.id, value.version)


def of_agreement(session: orm.Session, version: AgreementVersion) -> Proposal:
    """A version of an agreement, instead of the one in force."""
    held = programmes.agreement_in_force(session, version.programme_id)
    return Proposal(
        kind="agreement",
        programme=version.programme_id,
        version=version.version,
        replaces=(held.version,) if held else (),
        agreement=version,
    )


def of_table(session: orm.Session, version: EquivalenceVersion) -> Proposal:
    """A version of an equivalence table, instead of the one in force."""
    held = recognition.equivalences_in_force(session, version.programme_id)
    return Proposal(
        kind="equivalences",
        programme=version.programme_id,
        version=version.version,
        replaces=(held.version,) if held else (),
        table=version,
    )


def _of_agreement_text(session: orm.Session, place: Place, text: str, name: str) -> Proposal:
    value = read_agreement(text, name)
    parties = _parties(session, place, value.programme)
    if set(parties) != set(value.institutions):
        wrong = Message("this is the programme of %(parties)s; name these two", {"parties": parties})
        raise place.entry("institutions").wrong(wrong)
    # Belongs to no session, so that nothing of it can be stored.
    return of_agreement(
        session,
        AgreementVersion(
            programme_id=value.programme, institution_id=parties[0], partner_id=parties[1], version=value.version,
            text=text, digest=_digest(text),
        ),
    )  # fmt: skip


def _of_table_text(session: orm.Session, place: Place, text: str, name: str) -> Proposal:
    value = read_equivalences(text, name)
    parties = _parties(session, place, value.programme)
    check_table(session, place, parties[0], value)
    return of_table(
        session,
        EquivalenceVersion(
            programme_id=value.programme, institution_id=parties[0], partner_id=parties[1], version=value.version,
            text=text, digest=_digest(text),
        ),
    )  # fmt: skip


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _parties(session: orm.Session, place: Place, programme_id: str) -> tuple[str, ...]:
    parties = programmes.parties_of(session, programme_id)
    if not parties:
        raise place.entry("programme").wrong(Message("there is no such programme; import its agreement first"))
    return parties


def bound(session: orm.Session, proposal: Proposal, *, everybody: bool = False, at: str | None = None) -> Sequence[int]:
    """The ids, in order, of the students who are bound to what would be replaced.

    For a curriculum that is whoever is bound to one of ``bound_to``, or with ``everybody`` to any version of the same
    institution in the programme; for a text of both, whoever is bound to a curriculum in the programme. ``at``: only
    those enrolled at this institution.
    """
    query = sa.select(Enrolment.student_id).where(Enrolment.curriculum_version_id.is_not(None))
    query = query.join(Student).where(Student.programme_id == proposal.programme)
    if proposal.curriculum is not None:
        query = query.where(Enrolment.institution_id == proposal.curriculum.institution)
        if not everybody:
            query = query.where(Enrolment.curriculum_version_id.in_(proposal.bound_to))
    if at is not None:
        query = query.where(Student.enrolments.any(Enrolment.institution_id == at))
    return session.scalars(query.distinct().order_by(Enrolment.student_id)).all()
