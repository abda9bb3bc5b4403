"""Which theses and language certificates does the demonstration hold, taken as far as its scenario says?"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dualdegree.cli.demonstration.loading import Loading
from dualdegree.core.policy import Actor
from dualdegree.core.training.certificates import CertificateFacts
from dualdegree.core.training.defences import CommitteeMember, Opinion, Review, Votes
from dualdegree.records.models import Student
from dualdegree.training.certificates import service as certificates
from dualdegree.training.theses.models import Thesis
from dualdegree.training.theses.workflow import defending, entering, gating, proposing
from dualdegree.training.theses.workflow.defending import Defence


def write_thesis(loading: Loading, entry: Mapping[str, Any]) -> None:
    """The student (or a registrar for them) proposes and hands in, supervisors sign, registrars record and enter."""
    student = loading.student(entry["student"])
    writer, session, at = _writer(loading, student), loading.session, loading.at
    people = {party: loading.person(email).person_id for party, email in entry["supervisors"].items()}
    thesis = proposing.propose(
        session, writer, student, kind=entry["kind"], title=entry["title"], supervisors=people, at=at
    )
    for stage in entry["stages"]:
        gating.hand_in(session, writer, thesis, stage["gate"], stage["words"], seen=thesis.revision, at=at)
        for email in stage["signed_by"]:
            gating.sign(session, loading.person(email), thesis, stage["gate"], "", seen=thesis.revision, at=at)
    for review in entry.get("reviews", ()):
        given = Review(
            reviewer=review["reviewer"], affiliation=review["affiliation"], on=dt.date.fromisoformat(review["day"]),
            opinion=Opinion(review["opinion"]), words=review["words"],
        )  # fmt: skip
        registrar = loading.registrar(review["entered_at"])
        defending.review(session, registrar, thesis, given, seen=thesis.revision, at=at)
    if "defence" in entry:
        _defend(loading, thesis, entry["defence"])


def _defend(loading: Loading, thesis: Thesis, entry: Mapping[str, Any]) -> None:
    session, at, where = loading.session, loading.at, entry["recorded_at"]
    held = Defence(
        on=dt.date.fromisoformat(entry["day"]),
        members=tuple(CommitteeMember(**member) for member in entry["committee"]),
        votes=Votes(in_favour=entry["in_favour"], against=entry["against"]),
        place=entry["place"],
        video=entry.get("video", ""),
        minute=entry["minute"],
        grades=entry.get("grades", {}),
        again="corrections" in entry,
        corrections=entry.get("corrections", ""),
    )
    defence = defending.record(session, loading.registrar(where), thesis, where, held, seen=thesis.revision, at=at)
    for institution, term in entry.get("entered", {}).items():
        registrar = loading.registrar(institution)
        entering.count(session, registrar, defence, institution, term=term, seen=thesis.revision, at=at)


def hand_in_certificate(loading: Loading, entry: Mapping[str, Any]) -> None:
    """Somebody hands a certificate in; the registrars whom the entry names confirm it."""
    expires = entry.get("expires_on")
    certificate = CertificateFacts(
        language=entry["language"],
        scale=entry["scale"],
        level=entry["level"],
        issuer=entry["issuer"],
        number_end=entry["number"],
        awarded_on=dt.date.fromisoformat(entry["awarded_on"]),
        expires_on=dt.date.fromisoformat(expires) if expires else None,
    )
    student, session, at = loading.student(entry["student"]), loading.session, loading.at
    row = certificates.hand_in(session, loading.person(entry["by"]), student, certificate, at)
    for decision in row.decisions:
        if decision.institution_id in entry.get("confirmed_at", ()):
            registrar = loading.registrar(decision.institution_id)
            certificates.confirm(session, registrar, decision, on=at.date(), seen=decision.revision, at=at)


def _writer(loading: Loading, student: Student) -> Actor:
    """The student, or the registrar of the first institution where the student has no account."""
    if student.person_id is not None:
        return loading.owner(student)
    return loading.registrar(student.enrolments[0].institution_id)
