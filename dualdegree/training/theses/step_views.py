"""Which pages take the steps of a thesis that its student and whoever signs its stages take?"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from dualdegree.core.policy import Actor, Permission
from dualdegree.core.refusal import Absent
from dualdegree.core.text import Message
from dualdegree.core.training.theses import StageGate, party_in_words
from dualdegree.db import db
from dualdegree.training.theses import reading
from dualdegree.training.theses.forms import SignatureForm, StageForm, ThesisReasonForm, ThesisTitleForm
from dualdegree.training.theses.models import Thesis
from dualdegree.training.theses.views import blueprint, page_of
from dualdegree.training.theses.workflow import gating, proposing
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import SeenForm
from dualdegree.web.forms.steps import Answer, Done, taken
from dualdegree.web.pages import page

Step = Callable[[Actor, dt.datetime], None]


def answer(thesis: Thesis, form: SeenForm, step: Step, said: str, head: Mapping[str, Any]) -> Answer:
    """The answer of a page that takes one step of a thesis; ``head`` is its title, and what stands above the form."""

    def do() -> Done:
        step(access.signed_in(), now())
        return Done(said, page_of(thesis))

    def show() -> str:
        form.reread(thesis)
        template = head.get("template", "theses/step.html")
        return render_template(template, thesis=thesis, student=thesis.student, form=form, **_plain(head))

    return taken(form, do, show)


def _plain(head: Mapping[str, Any]) -> dict[str, Any]:
    """What a template is given of a head; what was left out is empty."""
    usual = {"lead": "", "button": "", "quote": "", "stakes": (), "verdicts": ()}
    return {**usual, **{name: value for name, value in head.items() if name != "template"}}


def step_of(url: str, needs: Permission, about: Callable[..., Any]) -> Callable[..., Any]:
    return page(blueprint, url, needs=needs, about=about, methods=("GET", "POST"))


def seen(thesis: Thesis, **data: object) -> dict[str, object]:
    return {"revision": str(thesis.revision), **data}


@step_of("/theses/<int:thesis_id>/title", Permission.WRITE_THESIS, reading.thesis_of)
def rename(thesis: Thesis) -> Answer:
    """Give it another title."""
    form = ThesisTitleForm.holding(thesis.title, thesis.revision)

    def step(actor: Actor, at: dt.datetime) -> None:
        proposing.rename(db.session(), actor, thesis, form.title, reason=form.reason.data or "", seen=form.seen, at=at)

    head = {"title": _("Change the title"), "lead": _("The title before is kept, with who changed it and why.")}
    return answer(thesis, form, step, _("The title is changed."), {**head, "button": _("Change the title")})


@step_of("/theses/<int:thesis_id>/stages/<gate>", Permission.WRITE_THESIS, reading.thesis_of)
def hand_in(thesis: Thesis, gate: str) -> Answer:
    """Hand in a stage."""
    form, come = StageForm(data=seen(thesis)), reading.standing(db.session(), thesis)
    asked = _gate(come, gate)

    def step(actor: Actor, at: dt.datetime) -> None:
        gating.hand_in(db.session(), actor, thesis, gate, form.words.data or "", seen=form.seen, at=at)

    who = tuple(map(party_in_words, asked.signers))
    head = {
        "title": Message("Hand in “%(gate)s”", {"gate": asked.title}),
        "lead": Message("It is signed by: %(who)s. The next stage opens once all of them have signed.", {"who": who}),
        "button": _("Submit it"),
    }
    return answer(thesis, form, step, _("Handed in. Everybody who signs it is told."), head)


def _gate(come: reading.ThesisStanding, wanted: str) -> StageGate:
    gate = next((gate for gate in come.gates if gate.id == wanted), None)
    if gate is None:
        raise Absent("This thesis goes through no such gate; choose one of the list.")
    return gate


@step_of("/theses/<int:thesis_id>/stages/<gate>/signature", Permission.SIGN_THESIS, reading.thesis_of)
def sign(thesis: Thesis, gate: str) -> Answer:
    """Sign a stage, or send it back."""
    form, come = SignatureForm(data=seen(thesis)), reading.standing(db.session(), thesis)
    asked = _gate(come, gate)
    row = next((row for row in thesis.gates if row.gate == gate), None)

    def step(actor: Actor, at: dt.datetime) -> None:
        session, seen = db.session(), form.seen
        if form.signs:
            gating.sign(session, actor, thesis, gate, form.words.data or "", seen=seen, at=at)
        else:
            gating.send_back(session, actor, thesis, gate, form.reason.data or "", seen=seen, at=at)

    head = {
        "title": Message("Sign “%(gate)s”, or send it back", {"gate": asked.title}),
        "quote": row.words if row else "",
        "template": "theses/sign.html",
    }
    return answer(thesis, form, step, _("Done. The student and the others are told."), head)


@step_of("/theses/<int:thesis_id>/withdraw", Permission.WRITE_THESIS, reading.thesis_of)
def withdraw(thesis: Thesis) -> Answer:
    """Withdraw a thesis, so that another can be proposed."""
    form = ThesisReasonForm(data=seen(thesis))

    def step(actor: Actor, at: dt.datetime) -> None:
        proposing.abandon(db.session(), actor, thesis, reason=form.reason.data or "", seen=form.seen, at=at)

    lead = _("Everything that was signed is kept in the history; another thesis can be proposed then.")
    head = {"title": _("Withdraw the thesis"), "lead": lead, "button": _("Withdraw the thesis")}
    return answer(thesis, form, step, _("The thesis is withdrawn."), head)
