"""How does one granted recognition become an equivalence for everybody? Proposed, and in force when both approve."""

import datetime as dt

from sqlalchemy import orm

from dualdegree.audit.dossiers import dossier
from dualdegree.core.approval import State
from dualdegree.core.curricula.equivalence import Entry, SourceCourse, Target
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.recognition import RecognitionKind
from dualdegree.core.refusal import Refusal
from dualdegree.recognition.editing.service import Editing, begin_version, put_entry
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.service import equivalences
from dualdegree.requests.judging.effects import sources_of
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.wanted import wanted_by


def can_propose(request: RecognitionRequest) -> bool:
    """Whether what was granted can stand for everybody: courses of the partner, entered."""
    return request.state == State.ENTERED and request.how is RecognitionKind.STUDY


def propose_equivalence(
    session: orm.Session, actor: Actor, request: RecognitionRequest, at: dt.datetime
) -> EquivalenceVersion:
    """Add what was granted to the table that is being proposed, or to a new version of the one in force.

    Raises ``Refusal`` for what no table can hold or is in it already, ``Conflict`` and ``NotAllowed``.
    """
    require(actor, Permission.IMPORT_FILES, request.subject_at(request.institution_id))
    if not can_propose(request):
        raise Refusal("Only courses whose recognition is entered can become an equivalence.")
    version = _open_version(session, actor, request, at)
    entry = _entry(session, request)
    preview = put_entry(session, version, entry, instead_of=None, editing=_editing(actor, request, version, at))
    if preview.rejected:
        raise Refusal("The equivalence cannot be proposed: %(reason)s.", {"reason": preview.rejected[0].reason})
    return version


def _open_version(
    session: orm.Session, actor: Actor, request: RecognitionRequest, at: dt.datetime
) -> EquivalenceVersion:
    known = [
        version
        for version in equivalences(session, request.institution_id)
        if version.programme_id == request.student.programme_id
    ]
    if not known:
        raise Refusal("There is no equivalence table yet; propose one from a file first.")
    latest = known[0]
    if latest.in_force_from is None:
        return latest
    name = f"{latest.version}-{request.id}"
    return begin_version(session, latest, name, editing=_editing(actor, request, latest, at))


def _editing(actor: Actor, request: RecognitionRequest, version: EquivalenceVersion, at: dt.datetime) -> Editing:
    return Editing(actor=actor, institution=request.institution_id, digest=version.digest, at=at)


def _entry(session: orm.Session, request: RecognitionRequest) -> Entry:
    sat = sources_of(dossier(session, request.student), wanted_by(request))
    granted = request.recognition.value().grants if request.recognition else ()
    return Entry(
        id=f"request-{request.id}",
        institution=request.partner_id,
        sources=tuple(SourceCourse(code=attempt.course, credits=attempt.credits) for attempt in sat),
        target_institution=request.institution_id,
        targets=tuple(
            Target(
                code=grant.course,
                credits=grant.credits,
                title={} if grant.course else grant.title,
                tags=() if grant.course else grant.tags,
            )
            for grant in granted
        ),
        note={},
    )
