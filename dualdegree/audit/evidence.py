"""What is kept of an audit, and under which revisions was it found to hold?"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite

from dualdegree.audit.dossiers import Dossier
from dualdegree.audit.models import AuditResult, LatestAudit
from dualdegree.core.audit.case.writing import Plain
from dualdegree.core.audit.facts import Status
from dualdegree.events import canonical
from dualdegree.programmes.models import OfBoth
from dualdegree.records.models import Enrolment

CASE = ("student_id", "include", "case_digest", "engine")
PARTS = ("record", "recognitions", "milestones", "exceptions")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """What is to be written about one audit: the answer, if it is new, and that it is the latest."""

    answer: Mapping[str, Any] | None
    latest: Mapping[str, Any]


def basis_of(dossier: Dossier) -> dict[str, Any]:
    """Every revision on which the student's audits rest, as the columns of ``LatestAudit``."""
    enrolments = dossier.student.enrolments
    sides = [_side(enrolment, dossier) for enrolment in enrolments[:2]] + [(0, 0, 0, "")] * (2 - len(enrolments))
    named = zip(("first", "second"), sides, strict=True)
    columns = ("enrolment", "revision", "curriculum", "scale")
    return {
        "enrolments": len(enrolments),
        **{f"{side}_{column}": value for side, values in named for column, value in zip(columns, values, strict=True)},
        "agreement": dossier.agreement.id if dossier.agreement else 0,
        "agreement_revision": dossier.agreement.revision if dossier.agreement else 0,
        "equivalences": dossier.equivalences.id if dossier.equivalences else 0,
        "equivalences_revision": dossier.equivalences.revision if dossier.equivalences else 0,
    }


def _side(enrolment: Enrolment, dossier: Dossier) -> tuple[int, int, int, str]:
    version = enrolment.curriculum_version
    scale = dossier.scales[enrolment.institution_id].key
    return enrolment.id, enrolment.revision, version.revision if version else 0, scale


def evidence_of(dossier: Dossier, include: Sequence[Status], facts: Mapping[str, Plain]) -> dict[str, Any]:
    """Everything that was judged, by id, version, digest and revision; ``facts`` is the case as it is written."""
    return {
        "enrolments": [
            {"institution": enrolment.institution_id, "enrolment": enrolment.id, "revision": enrolment.revision}
            for enrolment in dossier.student.enrolments
        ],
        "curricula": [
            {"curriculum": version.curriculum_id, **_version(version.version, version.digest, version.revision)}
            for version in (side.enrolment.curriculum_version for side in dossier.sides)
            if version is not None
        ],
        "agreement": _of_both(dossier.agreement),
        "equivalences": _of_both(dossier.equivalences),
        "scales": {key: scale.key for key, scale in sorted(dossier.scales.items()) if key in _institutions(dossier)},
        "include": [status.value for status in include],
        "digests": {part: hashlib.sha256(canonical(facts.get(part, [])).encode()).hexdigest() for part in PARTS},
    }


def _institutions(dossier: Dossier) -> set[str]:
    return {side.enrolment.institution_id for side in dossier.sides}


def _of_both(document: OfBoth | None) -> dict[str, Any] | None:
    if document is None:
        return None
    return {"id": document.id, **_version(document.version, document.digest, document.revision)}


def _version(version: str, digest: str, revision: int) -> dict[str, Any]:
    return {"version": version, "digest": digest, "revision": revision}


def facts_of(dossier: Dossier, facts: Mapping[str, Plain]) -> str:
    """The case as it is written without titles, and with the digests of the curricula in place of their rules."""
    written: Any = facts
    versions = {side.curriculum.degree.id: side.enrolment.curriculum_version for side in dossier.sides}
    rules = {degree: version.digest for degree, version in versions.items() if version}
    kept = {"agreement": written.get("agreement"), "degrees": rules}
    if conferred := written.get("conferred"):
        kept["conferred"] = sorted(conferred)
    for part in PARTS:
        kept[part] = [{key: value for key, value in entry.items() if key != "title"} for entry in written.get(part, [])]
    for recognition in kept["recognitions"]:
        recognition["grants"] = [
            {key: value for key, value in grant.items() if key != "title"} for grant in recognition["grants"]
        ]
    return canonical(kept)


def latest(session: orm.Session, include: str, students: Iterable[int]) -> dict[int, LatestAudit]:
    """Each student's latest audit of this kind with its answer, in one query."""
    query = (
        sa.select(LatestAudit)
        .where(LatestAudit.student_id.in_(list(students)), LatestAudit.include == include)
        .options(orm.joinedload(LatestAudit.result))
        # Rows are written by statements of their own, behind the back of what the session holds.
        .execution_options(populate_existing=True)
    )
    return {row.student_id: row for row in session.scalars(query)}


def is_confirmed(row: LatestAudit, dossier: Dossier) -> bool:
    """Whether the row names today's revisions."""
    return all(getattr(row, column) == value for column, value in basis_of(dossier).items())


def succession(row: LatestAudit | None, result_id: int | None, at: dt.datetime) -> dict[str, Any]:
    """Since when the answer is the latest, and which was before it."""
    if row is None:
        return {"since": at, "previous_id": None, "previous_until": None}
    if row.result_id == result_id:
        return {"since": row.since, "previous_id": row.previous_id, "previous_until": row.previous_until}
    return {"since": at, "previous_id": row.result_id, "previous_until": row.confirmed_at}


def write(session: orm.Session, rows: Sequence[EvidenceRow]) -> None:
    """Write new answers and which are the latest. Somebody else may have kept the same answer meanwhile."""
    if not rows:
        return
    insert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    ids = {}
    if answers := [row.answer for row in rows if row.answer is not None]:
        new = insert(_RESULTS)
        # Setting a column to what it is makes both databases tell the id of a row that was there before.
        same = new.on_conflict_do_update(index_elements=CASE, set_={"engine": new.excluded.engine})
        ids = {row.student_id: row.id for row in session.connection().execute(same.returning(*_ID), answers)}
    named = [{"result_id": ids.get(row.latest["student_id"]), **row.latest} for row in rows]
    change = insert(_LATEST)
    changed = {column: change.excluded[column] for column in named[0] if column not in _KEY}
    session.connection().execute(change.on_conflict_do_update(index_elements=_KEY, set_=changed), named)


_RESULTS, _LATEST = cast("sa.Table", AuditResult.__table__), cast("sa.Table", LatestAudit.__table__)
_ID = (AuditResult.student_id, AuditResult.id)
_KEY = ("student_id", "include")
