"""Which equivalences has a student begun that are not recognised yet, and what does each wait for?"""

from dataclasses import dataclass

from dualdegree.audit.dossiers import Dossier
from dualdegree.core.text import Message, Text
from dualdegree.recognition.reading import reasons_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One equivalence as the student's page tells it: into which institution's degree, as what, and why not yet."""

    institution: str
    titles: tuple[Text, ...]
    reasons: tuple[Message, ...]


def waiting(dossier: Dossier) -> tuple[Waiting, ...]:
    """The equivalences that were begun and are not recognised, in the order of the degrees and of the table."""
    curricula = [side.curriculum for side in dossier.every_side]
    into = {curriculum.degree.id: curriculum for curriculum in curricula}
    return tuple(
        Waiting(
            institution=into[recognition.degree].institution,
            titles=tuple(
                into[recognition.degree].courses[code].title
                for code in recognition.pending.entry.target_courses
                if code in into[recognition.degree].courses
            ),
            reasons=reasons_of(recognition, curricula),
        )
        for recognition in dossier.recognised.awaited
    )
