"""Where did a student's credits go? The ledger over everything that is recognised, by equivalence or by decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dualdegree.audit.dossiers import Dossier
from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.audit.granting import earned_ects, granted_ects
from dualdegree.core.recognition import Earning, LedgerLine, Spending, book
from dualdegree.core.records import that_stands
from dualdegree.core.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One line of the ledger in words: the attempt, and as what it is recognised."""

    line: LedgerLine
    attempt: Attempt
    institution: str
    """Whose degree it is recognised into."""
    as_what: tuple[Text | str, ...]


def ledger(dossier: Dossier) -> tuple[LedgerEntry, ...]:
    """What was passed elsewhere, for each degree: earned, granted, as what, and the rest; exact.

    Raises ``Unbalanced`` if a credit were spent twice: an error of this program.
    """
    degrees = dossier.case.degrees
    curricula = {side.curriculum.degree.id: side.curriculum for side in dossier.every_side}
    home = {degree.id: degree.institution for degree in degrees}
    attempts = {attempt.id: attempt for attempt in dossier.case.record if attempt.status is Status.PASSED}
    policies = {degree.institution: degree.attempts.value for degree in degrees}
    given = {
        giving.recognition.id: giving
        for giving in dossier.recognised.given
        if all(_stands(sat, attempts.values(), policies).status is Status.PASSED for sat in giving.sources)
    }
    spendings = [
        Spending(
            recognition=key,
            degree=giving.degree,
            attempts=tuple(_stands(sat, attempts.values(), policies).id for sat in giving.sources),
            granted=granted_ects(giving.recognition, degrees, curricula[giving.degree].agreed_ects),
        )
        for key, giving in given.items()
    ]
    lines = book(_earnings(dossier, attempts), spendings, home)
    return tuple(
        LedgerEntry(
            line=line,
            attempt=attempts[line.attempt],
            institution=home[line.degree],
            as_what=tuple(
                grant.title or grant.course or grant.id
                for grant in (given[line.recognition].recognition.grants if line.recognition else ())
            ),
        )
        for line in lines
        if attempts[line.attempt].institution != home[line.degree]
    )


def _stands(sat: Attempt, passed: Iterable[Attempt], policies: Mapping[str, str]) -> Attempt:
    """The attempt on which a recognition rests today: a retake does not void it. Itself while none is passed."""
    if sat.repeatable:
        return sat
    rivals = [attempt for attempt in passed if (attempt.institution, attempt.course) == (sat.institution, sat.course)]
    return that_stands(rivals, policies.get(sat.institution, "best")) or sat


def _earnings(dossier: Dossier, attempts: Mapping[str, Attempt]) -> list[Earning]:
    return [
        Earning(attempt=attempt.id, ects=earned_ects(attempt, dossier.case.degrees)) for attempt in attempts.values()
    ]
