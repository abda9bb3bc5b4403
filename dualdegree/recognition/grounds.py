"""What is an equivalence table checked against? The agreement, both sides' curricula, and what each side asks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree.core.curricula.agreement import Agreement
from dualdegree.core.curricula.curriculum import Course, Curriculum
from dualdegree.core.curricula.equivalence import Cohort
from dualdegree.core.grades import SCALES, Scale
from dualdegree.core.source.tree import Place
from dualdegree.core.text import Message
from dualdegree.programmes.importing import programmes_of
from dualdegree.programmes.institutions.profile import Equivalences
from dualdegree.programmes.service import agreement_in_force, agreements, curriculum_versions, institutions
from dualdegree.programmes.texts import agreed, curriculum_of, profile_of
from dualdegree.recognition.evidence.service import syllabi_of
from dualdegree.recognition.models import EvidenceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """One programme as tables are checked against it: every version of both sides' curricula, by institution."""

    parties: tuple[str, str]
    agreement: Agreement
    curricula: Mapping[str, tuple[Curriculum, ...]]
    asked: Mapping[str, Equivalences]
    """What each institution asks of equivalences into its degree."""
    scales: Mapping[str, Scale]
    """Each side's grade scale, on which the least grade of what is sat there is written."""
    syllabi: Mapping[str, EvidenceFile]
    """What both sides keep for their courses, by SHA-256, in the order of the names."""

    def courses(self, institution: str, code: str) -> tuple[Course, ...]:
        """The course as each version of that side has it."""
        return tuple(
            curriculum.courses[code] for curriculum in self.curricula.get(institution, ()) if code in curriculum.courses
        )

    def without(self, institution: str, code: str, cohort: Cohort | None) -> tuple[str, ...]:
        """The versions of that side, for anybody of the cohort, that do not have the course."""
        return tuple(
            curriculum.version
            for curriculum in self.curricula.get(institution, ())
            if code not in curriculum.courses and (cohort is None or curriculum.admission.meets(cohort))
        )

    def excluded(self, institution: str) -> tuple[str, ...]:
        """The tags of what is not recognised into this side's degree."""
        return self.agreement.excluded_tags.get(institution, ())

    def asks(self, institution: str) -> Equivalences:
        """What the institution asks of equivalences into its degree."""
        return self.asked.get(institution, Equivalences())


def grounds_of(session: orm.Session, place: Place, institution_id: str, programme_id: str) -> Grounds:
    """What tables of the programme are checked against; ``place`` is the top of the file that names it.

    Raises ``SourceError`` where the institution has no such programme.
    """
    if programme_id not in programmes_of(session, institution_id):
        wrong = Message("%(own)s has no such programme; import the agreement first", {"own": institution_id})
        raise place.entry("programme").wrong(wrong)
    proposed = (version for version in agreements(session, institution_id) if version.programme_id == programme_id)
    agreement = agreement_in_force(session, programme_id) or next(proposed)
    curricula: dict[str, tuple[Curriculum, ...]] = {}
    for version in curriculum_versions(session, [programme_id]):
        own = curricula.get(version.institution_id, ())
        curricula[version.institution_id] = (*own, curriculum_of(version))
    parties = [party for party in institutions(session) if party.id in agreement.parties]
    return Grounds(
        parties=agreement.parties,
        agreement=agreed(agreement),
        curricula=curricula,
        syllabi={syllabus.sha256: syllabus for syllabus in syllabi_of(session, agreement.parties)},
        asked={party.id: profile_of(party).equivalences for party in parties},
        scales={party.id: SCALES[party.grade_scale] for party in parties},
    )
