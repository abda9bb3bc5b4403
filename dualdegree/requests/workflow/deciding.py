"""Who endorses, confirms and decides on a request? Advisors of both sides, then whoever the profile names."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier
from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.core.acts import Act
from dualdegree.core.approval import State, Step, refuse_impossible_day
from dualdegree.core.credit import figure
from dualdegree.core.grades import Scale
from dualdegree.core.policy import Actor, Permission, may, require
from dualdegree.core.recognition import RefusalReason
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import LANGUAGES
from dualdegree.messages.wording import kept
from dualdegree.programmes.institutions.procedures import Decider, Recognitions
from dualdegree.programmes.service import scales
from dualdegree.programmes.texts import day_at
from dualdegree.recognition.models import grants_json
from dualdegree.requests.judging.effects import proposal, sources_of
from dualdegree.requests.judging.objections import refuse_troubles, side_of
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.wanted import Wish, grants_of, wanted_by
from dualdegree.requests.workflow.steps import begin, finish, is_delegated, rules_of, spared


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDecision:
    """What was decided: what is granted (nothing is a refusal), and for less than was asked for, why.

    ``grade`` None takes the grade that is proposed; ``language`` is that of ``explanation``, the student's own.
    """

    granted: tuple[Wish, ...]
    on: dt.date
    minute: str = ""
    grade: Decimal | None = None
    reason: RefusalReason | None = None
    explanation: str = ""
    language: str = ""


def endorse(
    session: orm.Session, actor: Actor, request: RecognitionRequest, *, seen: int | None, at: dt.datetime
) -> None:
    """An advisor of the recognising institution supports it. Raises ``Refusal``, ``Conflict`` and ``NotAllowed``."""
    require(actor, Permission.ENDORSE_RECOGNITION, request.subject_at(request.institution_id))
    state = begin(session, actor, request, Step.ENDORSE, seen)
    request.endorsed_by = actor.person_id
    finish(session, actor, request, state=state, act=Act.REQUEST_ENDORSED, at=at)


def confirm(
    session: orm.Session, actor: Actor, request: RecognitionRequest, *, seen: int | None, at: dt.datetime
) -> None:
    """An advisor of the partner says that it was taught so. Raises ``Refusal``, ``Conflict`` and ``NotAllowed``."""
    require(actor, Permission.CONFIRM_RECOGNITION, request.subject_at(request.partner_id))
    state = begin(session, actor, request, Step.CONFIRM, seen)
    request.confirmed_by = actor.person_id
    finish(session, actor, request, state=state, act=Act.REQUEST_CONFIRMED, at=at, acting=request.partner_id)


def send_back(
    session: orm.Session, actor: Actor, request: RecognitionRequest, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Whoever is to act next asks the student to mend it. Raises ``Refusal``, ``Conflict`` and ``NotAllowed``."""
    permission, where = {
        State.ENDORSED: (Permission.CONFIRM_RECOGNITION, request.partner_id),
        State.CONFIRMED: (Permission.DECIDE_RECOGNITION, request.institution_id),
    }.get(State(request.state), (Permission.ENDORSE_RECOGNITION, request.institution_id))
    require(actor, Permission.SEE_REQUESTS, request.policy_subject())
    delegated = permission is Permission.DECIDE_RECOGNITION and is_delegated(session, where)
    if not may(actor, permission, request.subject_at(where, delegated=delegated)):
        raise Conflict("It does not wait for you now; read the page again to see whom it waits for.")
    state = begin(session, actor, request, Step.SEND_BACK, seen)
    if not reason.strip():
        raise Refusal("Say what has to be mended; the student reads it.", about="reason")
    request.endorsed_by = request.confirmed_by = None
    finish(session, actor, request, state=state, act=Act.REQUEST_SENT_BACK, at=at, reason=reason.strip(), acting=where)


def decide(
    session: orm.Session,
    actor: Actor,
    request: RecognitionRequest,
    decision: RequestDecision,
    *,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """Grant in full or in part, or refuse, as the institution's profile says who may.

    Nothing is granted that the ledger, the curriculum, the agreement or a limit does not allow. Raises ``Conflict``
    when somebody was faster, ``Refusal`` where reason, words, minute or another person is missing, and ``NotAllowed``.
    """
    rules = rules_of(session, request.institution_id)
    delegated = _delegated(rules)
    require(actor, Permission.DECIDE_RECOGNITION, request.subject_at(request.institution_id, delegated=delegated))
    step = step_of(request, decision)
    state = begin(session, actor, request, step, seen)
    _refuse_incomplete(decision, step, delegated=delegated)
    asked_on, today = (day_at(session, request.institution_id, moment) for moment in (_asked_at(request), at))
    refuse_impossible_day(decision.on, asked_on=asked_on, today=today)
    if step is not Step.UPHOLD:
        _record(session, request, decision, dossier_of(session, request.student))
    request.decided_by, request.decided_on = actor.person_id, decision.on
    request.body = {"en": actor.name} if delegated else dict(rules.body)
    request.minute = decision.minute.strip() or None
    _say_why(request, decision, step, rules, today)
    decided = {"granted": request.granted, "minute": request.minute, "reason": request.reason}
    finish(
        session, actor, request, state=state, act=ACTS[step], at=at, reason=decision.explanation.strip(),
        after={key: value for key, value in decided.items() if value},
    )  # fmt: skip


ACTS = {
    Step.GRANT: Act.RECOGNITION_GRANTED,
    Step.GRANT_PART: Act.RECOGNITION_GRANTED_IN_PART,
    Step.REFUSE: Act.RECOGNITION_REFUSED,
    Step.UPHOLD: Act.APPEAL_REFUSED,
}


def refuse_impossible(session: orm.Session, request: RecognitionRequest, decision: RequestDecision) -> None:
    """Raise ``Refusal`` for more than was asked for, or a grade that the institution does not give."""
    step_of(request, decision)
    _refuse_impossible_grade(scales(session)[request.institution_id], decision.grade)


def step_of(request: RecognitionRequest, decision: RequestDecision) -> Step:
    """Whether a decision grants all, some or nothing of what was asked for, or leaves a part that is entered alone."""
    if not decision.granted:
        return Step.UPHOLD if request.state == State.APPEALED and request.recognition else Step.REFUSE
    asked = {(wish.course, wish.tag): wish.credits for wish in wanted_by(request).targets}
    given = {(wish.course, wish.tag): wish.credits for wish in decision.granted}
    if any(target not in asked or credits_ > asked[target] for target, credits_ in given.items()):
        raise Refusal("Grant nothing that was not asked for, and no more credits than were.", about="credits-0")
    return Step.GRANT if given == asked else Step.GRANT_PART


def _asked_at(request: RecognitionRequest) -> dt.datetime:
    """When the student last asked for this decision: by the request, or by an appeal against an earlier one."""
    appealed = request.state == State.APPEALED
    return request.since if appealed or request.submitted_at is None else request.submitted_at


def _delegated(rules: Recognitions) -> bool:
    return rules.decided_by is Decider.ADVISOR


def _refuse_incomplete(decision: RequestDecision, step: Step, *, delegated: bool) -> None:
    if not delegated and not decision.minute.strip():
        raise Refusal("Give the number of the minute under which the body decided.", about="minute")
    if step is Step.GRANT:
        return
    if decision.reason is None or not decision.explanation.strip():
        raise Refusal(
            "Choose the reason why less is granted than was asked for, and explain it to the student.",
            about="reason" if decision.reason is None else "explanation",
        )
    if decision.language not in LANGUAGES:
        raise Refusal("Say in which language the explanation is written.", about="language")


def _record(session: orm.Session, request: RecognitionRequest, decision: RequestDecision, dossier: Dossier) -> None:
    """Keep what is granted, the grades it rests on as they were earned, and how the proposal was worked out."""
    asked = wanted_by(request)
    wanted = asked.only(decision.granted)
    request.granted, request.granted_credits, request.granted_grade = [], None, None
    if not decision.granted:
        return
    refuse_troubles(dossier, wanted, request.subject, spared(session, request.institution_id))
    curriculum = side_of(dossier, request.degree).curriculum
    block = proposal(dossier, wanted)
    grade = decision.grade if decision.grade is not None and asked.kind.is_graded else block.grade
    _refuse_impossible_grade(dossier.scales[request.institution_id], grade)
    grants = grants_of(request.subject, decision.granted, curriculum, asked.kind, grade)
    request.granted = grants_json(grants)
    request.granted_credits = sum((wish.credits for wish in decision.granted), Decimal(0))
    request.granted_grade = grade
    request.originals = [
        {
            "attempt": attempt.id,
            "grade": None if attempt.grade is None else figure(attempt.grade),
            "scale": dossier.scales[attempt.institution].key,
        }
        for attempt in sources_of(dossier, wanted)
    ]
    request.working = [kept(step) for step in block.steps]
    request.grading_tables = _tables([part.converted.tables for part in block.parts])


def _tables(read: Sequence[Sequence[str]]) -> list[str]:
    return sorted({digest for digests in read for digest in digests})


def _refuse_impossible_grade(scale: Scale, grade: Decimal | None) -> None:
    words = {"lowest": scale.pass_mark, "highest": scale.highest, "places": str(scale.places)}
    if grade is not None and (not scale.pass_mark <= grade <= scale.highest or grade != round(grade, scale.places)):
        raise Refusal(
            "A recognised grade lies between %(lowest)s and %(highest)s and has at most %(places)s decimals.",
            words,
            about="grade",
        )


def _say_why(
    request: RecognitionRequest, decision: RequestDecision, step: Step, rules: Recognitions, today: dt.date
) -> None:
    """What the student reads: reason, words, legal basis, and where and until when one appeals."""
    less = step is not Step.GRANT
    request.reason = decision.reason.value if less and decision.reason else None
    request.explanation = decision.explanation.strip() or None
    request.explanation_language = decision.language or None
    request.legal_basis = dict(rules.legal_basis)
    # One appeals once: a decision on an appeal names neither body nor deadline.
    open_to_appeal = less and request.decided_before_by is None
    request.appeal_body = dict(rules.appeal_body) if open_to_appeal else None
    request.appeal_until = today + dt.timedelta(days=rules.appeal_days) if open_to_appeal else None
