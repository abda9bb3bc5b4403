"""Which pages let advisors and approvers see what waits for them, compare, look ahead, and decide one or many alike?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm
from werkzeug.wrappers import Response

from dualdegree.accounts.models import Person
from dualdegree.audit.dossiers import dossier
from dualdegree.audit.exceptions.rules import Effect
from dualdegree.audit.service import NAMES, Include
from dualdegree.core.approval import State
from dualdegree.core.credit import figure
from dualdegree.core.grades import Block
from dualdegree.core.policy import Permission
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.programmes import service as programmes
from dualdegree.programmes.presenting import names
from dualdegree.requests.desk.batch import alike_to, grant_alike
from dualdegree.requests.desk.queue import open_at, stays_waiting_for, waiting_for
from dualdegree.requests.forms import DecideForm, StepForm
from dualdegree.requests.judging.effects import effects, proposal
from dualdegree.requests.judging.objections import troubles
from dualdegree.requests.judging.precedents import precedents
from dualdegree.requests.list_rows import show
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.notices import STATES
from dualdegree.requests.presenting import side_by_side
from dualdegree.requests.views import facts_of, find_at_home
from dualdegree.requests.wanted import wanted_by
from dualdegree.requests.workflow import deciding
from dualdegree.requests.workflow.steps import is_delegated, request_of, spared
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import revision_in
from dualdegree.web.listing import part
from dualdegree.web.pages import About, page

blueprint = Blueprint("requests_desk", __name__, template_folder="templates")

Answer = str | Response | tuple[str, int]


def find_to_confirm(session: orm.Session, request_id: int) -> About:
    """The request as the advisors of the partner see it; raises ``Absent``."""
    found = request_of(session, request_id)
    return About(found, found.subject_at(found.partner_id))


def find_to_decide(session: orm.Session, request_id: int) -> About:
    """The request as whoever decides sees it; raises ``Absent``."""
    found = request_of(session, request_id)
    return About(found, found.subject_at(found.institution_id, delegated=is_delegated(session, found.institution_id)))


@page(blueprint, "/recognition", needs=Permission.SEE_REQUESTS, menu=(46, Message("Requests")))
def queue() -> str:
    """What waits for this person, the most urgent first; or, on demand, everything that is open."""
    session, actor = db.session(), access.signed_in()
    everything = request.args.get("of") == "all"
    # Read at once, for whose turn it is depends on their profiles.
    institutions = programmes.institutions(session)
    query = open_at(actor.institution or "") if everything else waiting_for(session, actor)
    found = part(session, query)
    return render_template(
        "requests/queue.html",
        found=found,
        shown=show(session, found.rows, now().date()),
        everything=everything,
        stays=() if everything else stays_waiting_for(session, actor),
        states=STATES,
        names={one.id: one.names for one in institutions},
    )


@page(blueprint, "/recognition/requests/<int:request_id>/work", needs=Permission.SEE_REQUESTS, about=request_of)
def work(one: RecognitionRequest) -> str:
    """Both sides' courses, precedents, the proposed grade and the effect; then one step, and on to the next."""
    return _work(one, DecideForm(data={"revision": str(one.revision), "on": now().date()}))


def _work(one: RecognitionRequest, form: DecideForm) -> str:
    session = db.session()
    found, wanted = dossier(session, one.student), wanted_by(one)
    trouble = troubles(found, wanted, one.subject, spared(session, one.institution_id))
    block = proposal(found, wanted)
    effect: Mapping[Include, Effect] = {}
    if not trouble and not (one.recognition and one.state == State.ENTERED):
        effect = effects(session, found, [(one.subject, wanted)], now())
    form.offer(_language(session, one))
    if not form.is_submitted() and block.grade is not None:
        form.grade.data = figure(block.grade)
    sent = request.form.getlist("credits")
    return render_template(
        "requests/work.html",
        **facts_of(session, one, found),
        form=form,
        compared=side_by_side(one, found),
        precedents=precedents(session, one),
        block=block,
        trouble=trouble,
        effects=effect,
        kinds=NAMES,
        sizes=sent or [figure(target.credits) for target in wanted.targets],
        delegated=is_delegated(session, one.institution_id),
        decides=one.state in (State.CONFIRMED, State.APPEALED),
        earlier=access.signed_in().person_id in one.earlier,
        alike=len(alike_to(session, access.signed_in(), one)),
        following=_following(session, one),
    )


def _language(session: orm.Session, one: RecognitionRequest) -> str | None:
    """The language that the student chose."""
    person = session.get(Person, one.student.person_id) if one.student.person_id else None
    return person.locale if person else None


def _following(session: orm.Session, one: RecognitionRequest) -> int | None:
    """The number of what waits for this person besides, the most urgent first."""
    query = waiting_for(session, access.signed_in(), but=one.id)
    return session.scalars(query.limit(1)).first()


Step = Callable[..., None]


def _stepped(one: RecognitionRequest, do: Step, words: str) -> Response:
    do(db.session(), access.signed_in(), one, seen=StepForm().seen, at=now())
    flash(words, "success")
    return _onwards(one)


def _onwards(one: RecognitionRequest) -> Response:
    """To the next request that waits, or to the list."""
    following = _following(db.session(), one)
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
def endorse(one: RecognitionRequest) -> Response:
    """Support it for the recognising degree."""
    return _stepped(one, deciding.endorse, _("The request is endorsed."))


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/confirm",
    needs=Permission.CONFIRM_RECOGNITION,
    about=find_to_confirm,
    methods=("POST",),
)
def confirm(one: RecognitionRequest) -> Response:
    """Say for the partner that it was taught so."""
    return _stepped(one, deciding.confirm, _("The request is confirmed."))


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/send-back",
    needs=Permission.SEE_REQUESTS,
    about=request_of,
    methods=("POST",),
)
def send_back(one: RecognitionRequest) -> Response:
    """Ask the student to mend it."""
    form = StepForm()
    reason = form.reason.data or ""
    deciding.send_back(db.session(), access.signed_in(), one, reason=reason, seen=form.seen, at=now())
    flash(_("The request is sent back."), "success")
    return _onwards(one)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/decide",
    needs=Permission.DECIDE_RECOGNITION,
    about=find_to_decide,
    methods=("POST",),
)
def decide(one: RecognitionRequest) -> Answer:
    """Grant in full or in part, or refuse."""
    form = DecideForm()
    form.offer(None)
    if form.validate():
        try:
            refused = bool(form.refuse_it.data)
            sizes = request.form.getlist("credits")
            decision = form.decision(wanted_by(one).targets, sizes, refused=refused)
            deciding.decide(db.session(), access.signed_in(), one, decision, seen=form.seen, at=now())
            flash(_("The decision is recorded."), "success")
            return _onwards(one)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _work(one, form), 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One of many alike: the grade proposed, and what stands in its way, else what it would do."""

    request: RecognitionRequest
    block: Block
    trouble: Sequence[Message]
    effects: Mapping[Include, Effect]


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/alike",
    needs=Permission.DECIDE_RECOGNITION,
    about=find_to_decide,
    methods=("GET", "POST"),
)
def alike(one: RecognitionRequest) -> Answer:
    """Grant many requests of the same courses for the same at once, each with its effect in view."""
    session, actor = db.session(), access.signed_in()
    form = DecideForm(data={"on": now().date()})
    form.offer(None)
    together = alike_to(session, actor, one)
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
        one=one,
        shown=show(session, [each.id for each in together], now().date()),
        looked={each.id: _look(session, each) for each in together},
        form=form,
        kinds=NAMES,
        names=names(session),
        delegated=is_delegated(session, one.institution_id),
    )
    return (answer, 400) if form.errors else answer


def _chosen() -> Iterator[tuple[int, int]]:
    for one in request.form.getlist("chosen"):
        request_id, _, seen = one.partition(":")
        number, revision = revision_in(request_id), revision_in(seen)
        if number is not None and revision is not None:
            yield number, revision


def _look(session: orm.Session, one: RecognitionRequest) -> Looked:
    found, wanted = dossier(session, one.student), wanted_by(one)
    trouble = troubles(found, wanted, one.subject, spared(session, one.institution_id))
    effect = {} if trouble else effects(session, found, [(one.subject, wanted)], now())
    return Looked(request=one, block=proposal(found, wanted), trouble=trouble, effects=effect)
