"""Which pages let advisors and approvers see what waits for them, compare, look ahead, and decide one or many alike?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm
from werkzeug.wrappers import Response

from dualdegree.accounts.models import Person
from dualdegree.audit.comparing import Effect
from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.audit.service import NAMES, Include
from dualdegree.core.credit import figure
from dualdegree.core.grades import GradedBlock
from dualdegree.core.policy import Permission
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.programmes import service as programmes
from dualdegree.programmes.presenting import names
from dualdegree.requests.desk.batch import alike_to, grant_alike
from dualdegree.requests.desk.queue import open_for, stays_waiting_for, waiting_for
from dualdegree.requests.fields import grade_sent
from dualdegree.requests.forms import RequestDecisionForm, StepForm
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
from dualdegree.web.forms import revision_in
from dualdegree.web.listing import part
from dualdegree.web.pages import About, page

blueprint = Blueprint("requests_desk", __name__, template_folder="templates")

Answer = str | Response | tuple[str, int]


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


@page(blueprint, "/recognition", needs=Permission.SEE_REQUESTS, menu=(46, Message("Requests")))
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
        found=requests,
        shown=show(session, requests.rows, now().date()),
        everything=everything,
        stays=() if everything else stays_waiting_for(session, actor),
        states=STATES,
        names={institution.id: institution.names for institution in institutions},
    )


@page(blueprint, "/recognition/requests/<int:request_id>/work", needs=Permission.WORK_RECOGNITION, about=find_to_read)
def work(recognition_request: RecognitionRequest) -> str:
    """Both sides' courses, precedents, the proposed grade and the effect; then one step, and on to the next."""
    return _work(
        recognition_request,
        RequestDecisionForm(data={"revision": str(recognition_request.revision), "on": now().date()}),
    )


def _work(recognition_request: RecognitionRequest, form: RequestDecisionForm) -> str:
    session = db.session()
    dossier, asked = dossier_of(session, recognition_request.student), wanted_by(recognition_request)
    stake = stake_of(recognition_request, _as_sent(asked, form))
    wanted, grade = stake or (asked, None)
    spares = spared(session, recognition_request.institution_id)
    trouble = troubles(dossier, wanted, recognition_request.subject, spares) if stake else ()
    block = proposal(dossier, wanted)
    effect: Mapping[Include, Effect] = {}
    if stake and not trouble:
        sent_grade = grade_sent(form.grade.data) if form.is_submitted() else None
        effect = effects(session, dossier, [(recognition_request.subject, wanted)], now(), grade or sent_grade)
    form.offer(_language(session, recognition_request))
    if not form.is_submitted() and block.grade is not None:
        form.grade.data = figure(block.grade)
    sent = request.form.getlist("credits")
    return render_template(
        "requests/work.html",
        **facts_of(session, recognition_request, dossier),
        form=form,
        compared=side_by_side(recognition_request, dossier),
        precedents=precedents(session, recognition_request),
        block=block,
        trouble=trouble,
        effects=effect,
        stakes=[stake.what for stake in at_stake(session, [recognition_request.student_id])] if effect else (),
        kinds=NAMES,
        sizes=sent or [figure(target.credits) for target in asked.targets],
        delegated=is_delegated(session, recognition_request.institution_id),
        alike=len(alike_to(session, access.signed_in(), recognition_request)),
        following=_following(session, recognition_request),
    )


def _as_sent(asked: WantedRecognition, form: RequestDecisionForm) -> WantedRecognition:
    """What would be granted: no more than was entered into the form, where that can be read, else what is asked."""
    if not form.is_submitted():
        return asked
    try:
        return asked.only(form.decision(asked.targets, request.form.getlist("credits"), refused=False).granted)
    except Refusal:
        return asked


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


Step = Callable[..., None]


def _stepped(recognition_request: RecognitionRequest, do: Step, words: str) -> Response:
    do(db.session(), access.signed_in(), recognition_request, seen=StepForm().seen, at=now())
    flash(words, "success")
    return _onwards(recognition_request)


def _onwards(recognition_request: RecognitionRequest) -> Response:
    """To the next request that waits, or to the list."""
    following = _following(db.session(), recognition_request)
    if following is None:
        return redirect(url_for("requests_desk.queue"))
    return redirect(url_for("requests_desk.work", request_id=following))


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/endorse",
    needs=Permission.ENDORSE_RECOGNITION,
    about=find_at_home,
    methods=("POST",),
)
def endorse(recognition_request: RecognitionRequest) -> Response:
    """Support it for the recognising degree."""
    return _stepped(recognition_request, deciding.endorse, _("The request is endorsed."))


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/confirm",
    needs=Permission.CONFIRM_RECOGNITION,
    about=find_to_confirm,
    methods=("POST",),
)
def confirm(recognition_request: RecognitionRequest) -> Response:
    """Say for the partner that it was taught so."""
    return _stepped(recognition_request, deciding.confirm, _("The request is confirmed."))


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/send-back",
    needs=Permission.WORK_RECOGNITION,
    about=find_to_read,
    methods=("POST",),
)
def send_back(recognition_request: RecognitionRequest) -> Response:
    """Ask the student to mend it."""
    form = StepForm()
    reason = form.reason.data or ""
    deciding.send_back(db.session(), access.signed_in(), recognition_request, reason=reason, seen=form.seen, at=now())
    flash(_("The request is sent back."), "success")
    return _onwards(recognition_request)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/decide",
    needs=Permission.DECIDE_RECOGNITION,
    about=find_to_decide,
    methods=("POST",),
)
def decide(recognition_request: RecognitionRequest) -> Answer:
    """Grant in full or in part, or refuse."""
    form = RequestDecisionForm()
    form.offer(None)
    if form.look.data:
        return _work(recognition_request, form)
    if form.validate():
        try:
            refused = bool(form.refuse_it.data)
            sizes = request.form.getlist("credits")
            decision = form.decision(wanted_by(recognition_request).targets, sizes, refused=refused)
            deciding.decide(db.session(), access.signed_in(), recognition_request, decision, seen=form.seen, at=now())
            flash(_("The decision is recorded."), "success")
            return _onwards(recognition_request)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _work(recognition_request, form), 400


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
    form = RequestDecisionForm(data={"on": now().date()})
    form.offer(None)
    together = alike_to(session, actor, recognition_request)
    if form.is_submitted() and form.validate():
        try:
            seen = dict(_chosen())
            count = grant_alike(session, actor, together, seen, on=form.day, minute=form.minute.data or "", at=now())
            flash(_("%(number)s requests are granted.", number=count), "success")
            return redirect(url_for("requests_desk.queue"))
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    answer = render_template(
        "requests/alike.html",
        one=recognition_request,
        shown=show(session, [each.id for each in together], now().date()),
        looked={each.id: _look(session, each) for each in together},
        form=form,
        kinds=NAMES,
        names=names(session),
        delegated=is_delegated(session, recognition_request.institution_id),
    )
    return (answer, 400) if form.errors else answer


def _chosen() -> Iterator[tuple[int, int]]:
    for choice in request.form.getlist("chosen"):
        request_id, _, seen = choice.partition(":")
        number, revision = revision_in(request_id), revision_in(seen)
        if number is not None and revision is not None:
            yield number, revision


def _look(session: orm.Session, recognition_request: RecognitionRequest) -> Looked:
    dossier, wanted = dossier_of(session, recognition_request.student), wanted_by(recognition_request)
    trouble = troubles(
        dossier, wanted, recognition_request.subject, spared(session, recognition_request.institution_id)
    )
    effect = {} if trouble else effects(session, dossier, [(recognition_request.subject, wanted)], now())
    return Looked(request=recognition_request, block=proposal(dossier, wanted), trouble=trouble, effects=effect)
