"""Which pages let advisors and approvers see what waits for them, compare, look ahead, and decide one or many alike?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.audit.comparing import Effect
from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.audit.service import NAMES, Include
from dualdegree.core.credit import figure
from dualdegree.core.grades import GradedBlock
from dualdegree.core.policy import Permission
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.programmes import service as programmes
from dualdegree.programmes.presenting import names
from dualdegree.requests.desk.batch import alike_to, grant_alike
from dualdegree.requests.desk.queue import open_for, stays_waiting_for, waiting_for
from dualdegree.requests.forms import AlikeForm, RequestDecisionForm, SendBackForm
from dualdegree.requests.judging.effects import effects, proposal, stake_of
from dualdegree.requests.judging.objections import troubles
from dualdegree.requests.judging.precedents import precedents
from dualdegree.requests.list_rows import show
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.notices import STATES
from dualdegree.requests.presenting import side_by_side
from dualdegree.requests.views import facts_of, find_at_home, find_to_read
from dualdegree.requests.wanted import WantedRecognition, wanted_by
from dualdegree.requests.workflow import deciding
from dualdegree.requests.workflow.steps import is_delegated, request_of, spared
from dualdegree.stakes import at_stake
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form, SeenForm
from dualdegree.web.forms.steps import Answer, Done, HomePage, StepPage, step_page, taken
from dualdegree.web.language.i18n import today
from dualdegree.web.listing import part
from dualdegree.web.pages import About, page

blueprint = Blueprint("requests_desk", __name__, template_folder="templates")

FormAtWork = TypeVar("FormAtWork", bound=Form)


def find_to_confirm(session: orm.Session, request_id: int) -> About:
    """The request as the advisors of the partner see it; raises ``Absent``."""
    recognition_request = request_of(session, request_id)
    return About(recognition_request, recognition_request.subject_at(recognition_request.partner_id))


def find_to_decide(session: orm.Session, request_id: int) -> About:
    """The request as whoever decides sees it; raises ``Absent``."""
    recognition_request = request_of(session, request_id)
    return About(
        recognition_request,
        recognition_request.subject_at(
            recognition_request.institution_id, delegated=is_delegated(session, recognition_request.institution_id)
        ),
    )


@page(blueprint, "/recognition", needs=Permission.SEE_REQUESTS, menu=(210, Message("Requests")))
def queue() -> str:
    """What waits for this person, the most urgent first; or, on demand, everything that is open."""
    session, actor = db.session(), access.signed_in()
    everything = request.args.get("of") == "all"
    # Read at once, for whose turn it is depends on their profiles.
    institutions = programmes.institutions(session)
    query = open_for(session, actor) if everything else waiting_for(session, actor)
    requests = part(session, query)
    return render_template(
        "requests/queue.html",
        requests=requests,
        shown=show(session, requests.rows, today(now())),
        everything=everything,
        stays=() if everything else stays_waiting_for(session, actor),
        states=STATES,
        names={institution.id: institution.names for institution in institutions},
    )


@page(blueprint, "/recognition/requests/<int:request_id>/work", needs=Permission.WORK_RECOGNITION, about=find_to_read)
def work(recognition_request: RecognitionRequest) -> str:
    """Both sides' courses, precedents, the proposed grade and the effect; then one step, and on to the next."""
    return _work(recognition_request)


def _work(recognition_request: RecognitionRequest, sent: Form | None = None) -> str:
    session = db.session()
    dossier, asked = dossier_of(session, recognition_request.student), wanted_by(recognition_request)
    form = sent if isinstance(sent, RequestDecisionForm) else _begun(recognition_request, asked)
    is_sent = form is sent
    sent_grade: Decimal | None = None
    try:
        shown, sent_grade = _as_sent(recognition_request, asked, form) if is_sent else (asked, None)
        stake = stake_of(recognition_request, shown)
    except Refusal:
        # The form says what is wrong; the effect of anything else would be taken for the effect of what was entered.
        stake = None
    wanted, grade = stake or (asked, None)
    spares = spared(session, recognition_request.institution_id)
    trouble = troubles(dossier, wanted, recognition_request.subject, spares) if stake else ()
    block = proposal(dossier, wanted)
    effect: Mapping[Include, Effect] = {}
    if stake and not trouble:
        effect = effects(session, dossier, [(recognition_request.subject, wanted)], now(), grade or sent_grade)
    if not is_sent and block.grade is not None:
        form.grade.data = figure(block.grade)
    facts = facts_of(session, recognition_request, dossier, sent)
    form.offer(_language(session, recognition_request), facts["shown"].targets)
    return render_template(
        "requests/work.html",
        **facts,
        form=form,
        compared=side_by_side(recognition_request, dossier),
        precedents=precedents(session, recognition_request),
        block=block,
        trouble=trouble,
        effects=effect,
        stakes=[stake.what for stake in at_stake(session, [recognition_request.student_id])] if effect else (),
        kinds=NAMES,
        delegated=is_delegated(session, recognition_request.institution_id),
        alike=len(alike_to(session, access.signed_in(), recognition_request)),
        following=_following(session, recognition_request),
    )


AT_WORK = HomePage(needs=Permission.WORK_RECOGNITION, about=find_to_read, show=_work)


def _begun(recognition_request: RecognitionRequest, asked: WantedRecognition) -> RequestDecisionForm:
    """The decision as one would begin it: everything that is asked for, today."""
    return RequestDecisionForm(
        formdata=None,
        data={
            "revision": str(recognition_request.revision),
            "on": today(now()),
            "credits": [figure(target.credits) for target in asked.targets],
        },
    )


def _as_sent(
    recognition_request: RecognitionRequest, asked: WantedRecognition, form: RequestDecisionForm
) -> tuple[WantedRecognition, Decimal | None]:
    """What would be granted as it was entered into the form, and with which grade. Raises ``Refusal``."""
    decision = form.decision(asked.targets, refused=False)
    deciding.refuse_impossible(db.session(), recognition_request, decision)
    return asked.only(decision.granted), decision.grade


def _language(session: orm.Session, recognition_request: RecognitionRequest) -> str | None:
    """The language that the student chose."""
    person = (
        session.get(Person, recognition_request.student.person_id) if recognition_request.student.person_id else None
    )
    return person.locale if person else None


def _following(session: orm.Session, recognition_request: RecognitionRequest) -> int | None:
    """The number of what waits for this person besides, the most urgent first."""
    query = waiting_for(session, access.signed_in(), but=recognition_request.id)
    return session.scalars(query.limit(1)).first()


def _onwards(recognition_request: RecognitionRequest) -> str:
    """To the next request that waits, or to the list."""
    following = _following(db.session(), recognition_request)
    if following is None:
        return url_for("requests_desk.queue")
    return url_for("requests_desk.work", request_id=following)


def _step_page(
    action: str, needs: Permission, about: Callable[..., Any], form: type[FormAtWork]
) -> StepPage[FormAtWork]:
    url = f"/recognition/requests/<int:request_id>/{action}"
    return step_page(blueprint, url, needs=needs, about=about, on=AT_WORK, form=form)


@_step_page("endorse", Permission.ENDORSE_RECOGNITION, find_at_home, SeenForm)
def endorse(recognition_request: RecognitionRequest, form: SeenForm) -> Done:
    """Support it for the recognising degree."""
    deciding.endorse(db.session(), access.signed_in(), recognition_request, seen=form.seen, at=now())
    return Done(_("The request is endorsed."), _onwards(recognition_request))


@_step_page("confirm", Permission.CONFIRM_RECOGNITION, find_to_confirm, SeenForm)
def confirm(recognition_request: RecognitionRequest, form: SeenForm) -> Done:
    """Say for the partner that it was taught so."""
    deciding.confirm(db.session(), access.signed_in(), recognition_request, seen=form.seen, at=now())
    return Done(_("The request is confirmed."), _onwards(recognition_request))


@_step_page("send-back", Permission.WORK_RECOGNITION, find_to_read, SendBackForm)
def send_back(recognition_request: RecognitionRequest, form: SendBackForm) -> Done:
    """Ask the student to mend it."""
    reason = form.reason.data or ""
    deciding.send_back(db.session(), access.signed_in(), recognition_request, reason=reason, seen=form.seen, at=now())
    return Done(_("The request is sent back."), _onwards(recognition_request))


@_step_page("decide", Permission.DECIDE_RECOGNITION, find_to_decide, RequestDecisionForm)
def decide(recognition_request: RecognitionRequest, form: RequestDecisionForm) -> Done | None:
    """Grant in full or in part, or refuse; or look at what would come of it."""
    decision = form.decision(wanted_by(recognition_request).targets, refused=bool(form.refuse_it.data))
    if form.look.data:
        deciding.refuse_impossible(db.session(), recognition_request, decision)
        return None
    if form.grant.data and not decision.granted:
        raise Refusal("Nothing would be granted; say how many credits are, or refuse the request.", about="credits-0")
    deciding.decide(db.session(), access.signed_in(), recognition_request, decision, seen=form.seen, at=now())
    return Done(_("The decision is recorded."), _onwards(recognition_request))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One of many alike: the grade proposed, and what stands in its way, else what it would do."""

    request: RecognitionRequest
    block: GradedBlock
    trouble: Sequence[Message]
    effects: Mapping[Include, Effect]


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/alike",
    needs=Permission.DECIDE_RECOGNITION,
    about=find_to_decide,
    methods=("GET", "POST"),
)
def alike(recognition_request: RecognitionRequest) -> Answer:
    """Grant many requests of the same courses for the same at once, each with its effect in view."""
    session, actor = db.session(), access.signed_in()
    form = AlikeForm(data={"on": today(now())})

    def step() -> Done:
        together = alike_to(session, actor, recognition_request)
        seen, minute = form.seen_of_chosen(), form.minute.data or ""
        count = grant_alike(session, actor, together, seen, on=form.day, minute=minute, at=now())
        return Done(_("%(number)s requests are granted.", number=count), url_for("requests_desk.queue"))

    return taken(form, step, lambda: _alike(recognition_request, form))


def _alike(recognition_request: RecognitionRequest, form: AlikeForm) -> str:
    session = db.session()
    together = alike_to(session, access.signed_in(), recognition_request)
    looked = {each.id: _look(session, each) for each in together}
    grantable = [each for each in together if not looked[each.id].trouble]
    form.offer_requests(grantable)
    return render_template(
        "requests/alike.html",
        asked=recognition_request,
        shown=show(session, [each.id for each in together], today(now())),
        looked=looked,
        boxes=dict(zip([each.id for each in grantable], form.chosen, strict=True)),
        form=form,
        kinds=NAMES,
        names=names(session),
        delegated=is_delegated(session, recognition_request.institution_id),
    )


def _look(session: orm.Session, recognition_request: RecognitionRequest) -> Looked:
    dossier, wanted = dossier_of(session, recognition_request.student), wanted_by(recognition_request)
    trouble = troubles(
        dossier, wanted, recognition_request.subject, spared(session, recognition_request.institution_id)
    )
    effect = {} if trouble else effects(session, dossier, [(recognition_request.subject, wanted)], now())
    return Looked(request=recognition_request, block=proposal(dossier, wanted), trouble=trouble, effects=effect)
