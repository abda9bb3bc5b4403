"""What else is known of a student's terms and recognitions? Told by the offices that stand above the audits.

Requests and learning agreements ask the audits and not the other way round, so each gives its part as plain values to
whoever plans: it is registered once, when the application is put together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier, with_decided
from dualdegree.core.curricula.individual import IndividualRecognition


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an office knows beside the record of a student."""

    away: Mapping[str, str] = field(default_factory=dict)
    """Term → the institution at which it is agreed to be spent."""
    granted: tuple[IndividualRecognition, ...] = ()
    """Recognitions that are decided and not entered yet."""
    pending: tuple[IndividualRecognition, ...] = ()
    """Recognitions that are asked for, as they would be if they were granted as asked for."""


Knows = Callable[[orm.Session, Dossier], Expected]
_KNOWN: list[Knows] = []


def register(knows: Knows) -> None:
    """Ask this office too from now on; the same one once."""
    if knows not in _KNOWN:
        _KNOWN.append(knows)


def expected(session: orm.Session, dossier: Dossier) -> Expected:
    """What all offices know together."""
    parts = [knows(session, dossier) for knows in _KNOWN]
    return Expected(
        away={term: institution for part in parts for term, institution in part.away.items()},
        granted=tuple(recognition for part in parts for recognition in part.granted),
        pending=tuple(recognition for part in parts for recognition in part.pending),
    )


def with_granted(dossier: Dossier, known: Expected) -> Dossier:
    """The dossier in which what is granted is entered. Nothing is stored."""
    return with_decided(dossier, [*dossier.decided, *known.granted]) if known.granted else dossier


def with_pending(dossier: Dossier, known: Expected, keys: tuple[str, ...]) -> Dossier:
    """The dossier in which these requests are granted as well. Nothing is stored."""
    tried = [recognition for recognition in known.pending if recognition.key in keys]
    held = {recognition.key for recognition in tried}
    others = [recognition for recognition in dossier.decided if recognition.key not in held]
    return with_decided(dossier, [*others, *tried]) if tried else replace(dossier)
