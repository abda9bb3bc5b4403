"""Which pages ask for an exception, show what it would do, and let it be decided and entered?"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree.audit.comparing import Effect
from dualdegree.audit.dossiers import Dossier, DossierSide, dossier, dossiers
from dualdegree.audit.exceptions import service
from dualdegree.audit.exceptions.forms import ExceptionAskForm, ExceptionDecisionForm, ExceptionReasonForm
from dualdegree.audit.exceptions.presenting import STATES, rules_if_any, show
from dualdegree.audit.exceptions.rules import effects
from dualdegree.audit.exceptions.service import request_of
from dualdegree.audit.models import OPEN, ExceptionRequest
from dualdegree.audit.service import NAMES, Include
from dualdegree.core.approval import EXCEPTION, State, Step, is_for_another
from dualdegree.core.audit.facts import GrantedException
from dualdegree.core.policy import Actor, Permission, Role, may, of_institutions
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes.institutions.profile import Decider
from dualdegree.programmes.presenting import names
from dualdegree.records.models import Student
from dualdegree.records.service import people, student_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form, SeenForm
from dualdegree.web.forms.steps import Answer, Done, HomePage, StepPage, step_page, taken
from dualdegree.web.language.i18n import today
from dualdegree.web.listing import part
from dualdegree.web.pages import About, page

blueprint = Blueprint("exceptions", __name__, template_folder="templates")

FormOfException = TypeVar("FormOfException", bound=Form)


def find_to_decide(session: orm.Session, exception_id: int) -> About:
    """The exception as whoever decides sees it; raises ``Absent``."""
    row = request_of(session, exception_id)
    rules = rules_if_any(session, row.institution_id)
    delegated = rules is not None and rules.decided_by is Decider.ADVISOR
    return About(row, row.deciding_subject(delegated=delegated))


def find_to_enter(session: orm.Session, exception_id: int) -> About:
    """The exception as the registrars of its institution see it; raises ``Absent``."""
    row = request_of(session, exception_id)
    return About(row, row.deciding_subject(delegated=False))


@page(blueprint, "/exceptions", needs=Permission.SEE_EXCEPTIONS, menu=(220, Message("Exceptions")))
def listed() -> str:
    """What waits for the registrar's institution; for an advisor, what they asked for and what they may decide."""
    session, actor = db.session(), access.signed_in()
    waiting = part(session, service.open_at(actor.institution or "")) if _decides(session, actor) else None
    own = session.scalars(service.asked_by(actor).limit(50)).all()
    rows = [*(waiting.rows if waiting else ()), *own]
    return render_template(
        "exceptions/exceptions.html",
        waiting=waiting,
        own=own,
        shown={shown.request.id: shown for shown in show(session, rows)},
        states=STATES,
        names=names(session),
        people=people(session, [row.asked_by for row in rows]),
    )


@page(
    blueprint,
    "/students/<int:student_id>/exceptions/new",
    needs=Permission.ASK_EXCEPTION,
    about=student_of,
    methods=("GET", "POST"),
)
def new(student: Student) -> Answer:
    """Choose an exception, see both degrees before and after, and ask for it."""
    session, form = db.session(), ExceptionAskForm()
    held = dossier(session, student)
    side = _side(held, request.args.get("degree", ""))
    form.offer(held, side)
    effect: dict[Include, Effect] = {}

    def step() -> Done | None:
        asked = form.asked(side.curriculum.degree.id)
        effect.update(effects(session, held, asked.as_core(), now()))
        if not form.confirm.data:
            return None
        row = service.ask(session, access.signed_in(), student, asked, now())
        return Done(_("You have asked for the exception."), _page_of(row))

    def show() -> str:
        return render_template(
            "exceptions/new.html",
            student=student,
            form=form,
            side=side,
            sides=held.sides,
            effects=effect,
            kinds=NAMES,
            names=names(session),
        )

    return taken(form, step, show)


@page(blueprint, "/exceptions/<int:exception_id>", needs=Permission.SEE_RECORD, about=request_of)
def exception(row: ExceptionRequest) -> str:
    """One exception: what it does, how far it has come, and its whole history."""
    return _shown(row)


def _shown(row: ExceptionRequest, sent: Form | None = None) -> str:
    session, actor = db.session(), access.signed_in()
    own, seen = row.deciding_subject(delegated=False), {"revision": str(row.revision)}
    return render_template(
        "exceptions/exception.html",
        **_facts(session, row),
        may_decide=_is_open_to(actor, row, Step.GRANT)
        and may(actor, Permission.DECIDE_EXCEPTION, find_to_decide(session, row.id).subject),
        may_enter=_is_open_to(actor, row, Step.ENTER) and may(actor, Permission.ENTER_EXCEPTION, own),
        may_lift=_is_open_to(actor, row, Step.LIFT) and may(actor, Permission.ENTER_EXCEPTION, own),
        may_withdraw=row.state in OPEN and actor.person_id == row.asked_by,
        form=sent if isinstance(sent, ExceptionReasonForm) else ExceptionReasonForm(formdata=None, data=seen),
        enter_form=SeenForm(formdata=None, data=seen),
    )


ON_ITS_PAGE = HomePage(needs=Permission.SEE_RECORD, about=request_of, show=_shown)


def _page_of(row: ExceptionRequest) -> str:
    return url_for("exceptions.exception", exception_id=row.id)


def _is_open_to(actor: Actor, row: ExceptionRequest, step: Step) -> bool:
    """Whether the step is next, and the actor has taken no other."""
    return (State(row.state), step) in EXCEPTION and not is_for_another(step, actor.person_id, row.hands)


@page(
    blueprint,
    "/exceptions/<int:exception_id>/decide",
    needs=Permission.DECIDE_EXCEPTION,
    about=find_to_decide,
    methods=("GET", "POST"),
)
def decide(row: ExceptionRequest) -> Answer:
    """Read what it would do to both degrees, and what was decided before; then grant or refuse."""
    form = ExceptionDecisionForm(data={"revision": str(row.revision), "on": today(now())})

    def step() -> Done:
        service.decide(db.session(), access.signed_in(), row, form.decision(), seen=form.seen, at=now())
        return Done(_("The decision is recorded."), _page_of(row))

    return taken(form, step, lambda: _deciding(row, form))


def _deciding(row: ExceptionRequest, form: ExceptionDecisionForm) -> str:
    session = db.session()
    form.reread(row)
    return render_template(
        "exceptions/decide.html",
        **_facts(session, row),
        rules=rules_if_any(session, row.institution_id),
        precedents=show(session, service.precedents(session, row)),
        may_decide=_is_open_to(access.signed_in(), row, Step.GRANT),
        form=form,
    )


def _step_page(
    action: str, needs: Permission, about: Callable[..., Any], form: type[FormOfException]
) -> StepPage[FormOfException]:
    url = f"/exceptions/<int:exception_id>/{action}"
    return step_page(blueprint, url, needs=needs, about=about, on=ON_ITS_PAGE, form=form)


@_step_page("enter", Permission.ENTER_EXCEPTION, find_to_enter, SeenForm)
def enter(row: ExceptionRequest, form: SeenForm) -> Done:
    """Let every audit apply what was granted."""
    service.enter(db.session(), access.signed_in(), row, seen=form.seen, at=now())
    said = _("The exception is entered; every audit of this student applies it from now on.")
    return Done(said, _page_of(row))


@_step_page("withdraw", Permission.ASK_EXCEPTION, request_of, ExceptionReasonForm)
def withdraw(row: ExceptionRequest, form: ExceptionReasonForm) -> Done:
    """Take back what one asked for."""
    reason = form.reason.data or ""
    service.withdraw(db.session(), access.signed_in(), row, reason=reason, seen=form.seen, at=now())
    return Done(_("The exception is withdrawn."), _page_of(row))


@_step_page("lift", Permission.ENTER_EXCEPTION, find_to_enter, ExceptionReasonForm)
def lift(row: ExceptionRequest, form: ExceptionReasonForm) -> Done:
    """Let no audit apply it any more."""
    reason = form.reason.data or ""
    service.lift(db.session(), access.signed_in(), row, reason=reason, seen=form.seen, at=now())
    return Done(_("The exception is lifted; no audit applies it any more."), _page_of(row))


def _facts(session: orm.Session, row: ExceptionRequest) -> dict[str, object]:
    """What the pages about one exception share, the effect only while it is not applied yet."""
    held = dossiers(session, [row.student_id])
    effect, refusal = _effects(session, row, held.get(row.student_id))
    return {
        "asked": row,
        "student": row.student,
        "exception": show(session, [row], held.values())[0],
        "effects": effect,
        "refusal": refusal,
        "kinds": NAMES,
        "states": STATES,
        "names": names(session),
        "asked_by": people(session, [row.asked_by])[row.asked_by],
        "events": history_lines(session, row.subject, row.institution_id),
    }


def _effects(
    session: orm.Session, row: ExceptionRequest, held: Dossier | None
) -> tuple[Mapping[Include, Effect], Message | None]:
    if row.state not in OPEN or held is None:
        return {}, None
    asked: GrantedException = row.as_core()
    try:
        return effects(session, held, asked, now()), None
    except Refusal as refused:
        return {}, refused.message


def _side(held: Dossier, degree: str) -> DossierSide:
    return next((side for side in held.sides if side.curriculum.degree.id == degree), held.sides[0])


def _decides(session: orm.Session, actor: Actor) -> bool:
    """Whether the open exceptions of the actor's institution are the actor's business."""
    own = actor.institution or ""
    if Role.REGISTRAR in {role for role, where in actor.roles if where == own}:
        return True
    rules = rules_if_any(session, own)
    delegated = rules is not None and rules.decided_by is Decider.ADVISOR
    return delegated and may(actor, Permission.DECIDE_EXCEPTION, of_institutions(own).delegated_to_advisors())
