"""Which pages list the moves of students to other equivalences, show what each would hit, and decide it?"""

from typing import TypeVar

from flask import render_template, url_for
from flask_babel import gettext as _

from dualdegree.audit.rule_changes.equivalence_views import blueprint, own_party
from dualdegree.audit.rule_changes.move_forms import MoveConfirmationForm, MoveReasonForm, MoveRenewalForm
from dualdegree.audit.rule_changes.move_presenting import state_in_words, touched
from dualdegree.core.approval import MOVE, State, Step, is_for_another
from dualdegree.core.policy import Permission, may, of_institutions
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes.presenting import names
from dualdegree.recognition.moves import service
from dualdegree.recognition.moves.hitting import Hit
from dualdegree.recognition.moves.models import EquivalenceMove
from dualdegree.recognition.moves.service import hit_now, is_void, move_of
from dualdegree.records.service import people
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form, SeenForm
from dualdegree.web.forms.steps import Done, HomePage, StepPage, step_page
from dualdegree.web.listing import part
from dualdegree.web.pages import page

__all__ = ["blueprint"]

FormOfMove = TypeVar("FormOfMove", bound=SeenForm)


@page(blueprint, "/equivalences/moves", needs=Permission.DECIDE_MOVE)
def moves() -> str:
    """Every move of students in which the registrar's institution has a part, and whom each waits for."""
    session, own = db.session(), access.signed_in().institution or ""
    rows = part(session, service.moves_of(own))
    return render_template(
        "rule_changes/moves.html",
        moves=rows,
        own=own,
        states={move.id: state_in_words(move) for move in rows.rows},
        names=names(session),
    )


@page(blueprint, "/equivalences/moves/<int:move_id>", needs=Permission.DECIDE_MOVE, about=move_of)
def move(row: EquivalenceMove) -> str:
    """One move: whom it moves, what it does to both degrees of each, what rests on that, and the steps to take."""
    return _shown(row)


def _shown(row: EquivalenceMove, sent: Form | None = None) -> str:
    session, seen = db.session(), hit_now(db.session(), row)
    void, waits = is_void(row, seen), row.state == State.AWAITING_PARTNER
    return render_template(
        "rule_changes/move.html",
        move=row,
        seen=seen,
        void=void,
        state=state_in_words(row, void=void),
        rows=touched(session, row.version, seen, now()) if waits else (),
        moved=() if waits else service.students_of(session, row),
        steps=_steps(row, void=void),
        names=names(session),
        people=people(session, [row.proposed_by, row.decided_by]),
        events=history_lines(session, row.subject, own_party(row.version)),
        **_forms(row, seen, sent),
    )


ON_ITS_PAGE = HomePage(needs=Permission.DECIDE_MOVE, about=move_of, show=_shown)


def _forms(row: EquivalenceMove, seen: Hit, sent: Form | None) -> dict[str, Form]:
    """Every form of the page: as it was sent, or empty; a list that has changed has not been read."""
    begun = {"revision": str(row.revision), "reason": row.reason, "minute": row.minute}
    own = {**begun, "reason": "", "minute": ""}
    renewal = sent if isinstance(sent, MoveRenewalForm) else MoveRenewalForm(formdata=None, data=begun)
    confirmation = sent if isinstance(sent, MoveConfirmationForm) else MoveConfirmationForm(formdata=None, data=own)
    renewal.offer(seen)
    confirmation.untick_unless(seen.digest)
    ending = sent if isinstance(sent, MoveReasonForm) else MoveReasonForm(formdata=None, data=own)
    return {"renewal": renewal, "confirmation": confirmation, "ending": ending}


def _steps(row: EquivalenceMove, *, void: bool) -> frozenset[str]:
    """What this person may do next."""
    actor = access.signed_in()
    open_to = {
        Step.CONFIRM: not void and may(actor, Permission.DECIDE_MOVE, row.deciding_subject()),
        Step.REFUSE: may(actor, Permission.DECIDE_MOVE, row.deciding_subject()),
        Step.WITHDRAW: may(actor, Permission.DECIDE_MOVE, of_institutions(row.institution_id)),
        Step.RENEW: void,
    }
    return frozenset(
        step.value
        for step, allowed in open_to.items()
        if allowed and (State(row.state), step) in MOVE and not is_for_another(step, actor.person_id, row.hands)
    )


def _step_page(action: str, form: type[FormOfMove]) -> StepPage[FormOfMove]:
    url, needs = f"/equivalences/moves/<int:move_id>/{action}", Permission.DECIDE_MOVE
    return step_page(blueprint, url, needs=needs, about=move_of, on=ON_ITS_PAGE, form=form)


@_step_page("confirm", MoveConfirmationForm)
def confirm(row: EquivalenceMove, form: MoveConfirmationForm) -> Done:
    """Say yes for the other institution, and move the students."""
    minute, session = form.minute.data or "", db.session()
    service.confirm(session, access.signed_in(), row, minute=minute, read=form.digest(), seen=form.seen, at=now())
    return Done(_("Confirmed. The students are moved, and both institutions' histories tell of it."), _page_of(row))


@_step_page("refuse", MoveReasonForm)
def refuse(row: EquivalenceMove, form: MoveReasonForm) -> Done:
    """Say no for the other institution, and why."""
    reason = form.reason.data or ""
    service.refuse(db.session(), access.signed_in(), row, reason=reason, seen=form.seen, at=now())
    return Done(_("Refused. Nobody is moved."), _page_of(row))


@_step_page("withdraw", MoveReasonForm)
def withdraw(row: EquivalenceMove, form: MoveReasonForm) -> Done:
    """Take back what the own institution proposed."""
    reason = form.reason.data or ""
    service.withdraw(db.session(), access.signed_in(), row, reason=reason, seen=form.seen, at=now())
    return Done(_("Withdrawn. Nobody is moved."), _page_of(row))


@_step_page("renew", MoveRenewalForm)
def renew(row: EquivalenceMove, form: MoveRenewalForm) -> Done:
    """Propose it again, for what it would hit by now."""
    session, own = db.session(), own_party(row.version)
    wanted = form.wanted(student.student_id for student in row.students)
    service.renew(session, access.signed_in(), row, wanted, institution=own, seen=form.seen, at=now())
    said = _("Proposed. Nothing changes before a registrar of the other institution has confirmed it.")
    return Done(said, _page_of(row))


def _page_of(row: EquivalenceMove) -> str:
    return url_for("given.move", move_id=row.id)
