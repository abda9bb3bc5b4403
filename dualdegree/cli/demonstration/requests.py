"""Which requests and learning agreements does the demonstration hold, taken as far as its scenario says?"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dualdegree.cli.demonstration.loading import Loading
from dualdegree.core.policy import Actor
from dualdegree.core.recognition import RecognitionKind, RefusalReason
from dualdegree.learning_agreements import service as stays
from dualdegree.learning_agreements.content import Stay, Study
from dualdegree.requests.models import LearningAgreement, RecognitionRequest
from dualdegree.requests.wanted import WantedRecognition, Wish
from dualdegree.requests.workflow import asking, deciding
from dualdegree.requests.workflow.deciding import RequestDecision


def ask(loading: Loading, entry: Mapping[str, Any]) -> None:
    """The student submits a request; whoever the entry names endorses it, confirms it and decides."""
    student = loading.student(entry["student"])
    owner, session, at = loading.owner(student), loading.session, loading.at
    wanted = WantedRecognition(
        degree=entry["degree"], kind=RecognitionKind.STUDY, sources=tuple(entry["sources"]),
        targets=_wishes(entry["targets"]), words=entry["words"],
    )  # fmt: skip
    request = asking.draft(session, owner, student, wanted, at)
    asking.submit(session, owner, request, seen=request.revision, at=at)
    _pass_on(loading, entry, request, deciding.endorse, deciding.confirm)
    if "decided_by" in entry:
        _decide(loading, loading.person(entry["decided_by"]), request, entry["decision"])


def _decide(loading: Loading, actor: Actor, request: RecognitionRequest, entry: Mapping[str, Any]) -> None:
    decision = RequestDecision(
        granted=_wishes(entry["granted"]),
        on=loading.at.date(),
        minute=entry["minute"],
        reason=RefusalReason(entry["reason"]),
        explanation=entry["explanation"],
        language=entry["language"],
    )
    deciding.decide(loading.session, actor, request, decision, seen=request.revision, at=loading.at)


def plan_stay(loading: Loading, entry: Mapping[str, Any]) -> None:
    """The student writes and accepts a version; whoever the entry names approves it for either side."""
    student = loading.student(entry["student"])
    owner, session, at = loading.owner(student), loading.session, loading.at
    studied = tuple(Study(course=course["course"], term=course["term"]) for course in entry["studied"])
    stay = Stay(
        degree=entry["degree"], begins=entry["begins"], studied=studied, recognised=_wishes(entry["recognised"]),
        words=entry["words"],
    )  # fmt: skip
    version = stays.write(session, owner, student, stay, at)
    stays.accept(session, owner, version, seen=version.revision, at=at)
    _pass_on(loading, entry, version, stays.endorse, stays.confirm)


def _pass_on(
    loading: Loading,
    entry: Mapping[str, Any],
    paper: RecognitionRequest | LearningAgreement,
    endorse: Callable[..., None],
    confirm: Callable[..., None],
) -> None:
    """Let the advisors of both sides agree, as far as the entry names them."""
    for step, do in (("endorsed_by", endorse), ("confirmed_by", confirm)):
        if step in entry:
            do(loading.session, loading.person(entry[step]), paper, seen=paper.revision, at=loading.at)


def _wishes(entries: Sequence[Mapping[str, str]]) -> tuple[Wish, ...]:
    return tuple(
        Wish(course=wish.get("course"), tag=wish.get("tag"), credits=Decimal(wish["credits"])) for wish in entries
    )
