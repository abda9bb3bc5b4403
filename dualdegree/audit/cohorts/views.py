"""On which page does a registrar audit every student of the institution, and see how far that is?"""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField

from dualdegree.audit.cohorts import service as cohorts
from dualdegree.audit.cohorts.models import CohortRun
from dualdegree.audit.cohorts.service import RunState
from dualdegree.audit.service import NAMES, Include
from dualdegree.core.policy import Permission
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form
from dualdegree.web.language.i18n import say
from dualdegree.web.pages import page

blueprint = Blueprint("cohorts", __name__, template_folder="templates")

REFRESH_SECONDS = 5
STATES: dict[RunState, tuple[str, Message]] = {
    RunState.RUNNING: ("pending", Message("being audited")),
    RunState.STOPPED: ("void", Message("stopped")),
    RunState.FAILED: ("unmet", Message("parts have failed")),
    RunState.DONE: ("met", Message("finished")),
}
"""Each state of a run as a shape and a word."""


class StartForm(Form):
    """Which courses count as done."""

    include = SelectField(_l("Which courses count as done"))

    def offer(self) -> None:
        """Fill in the choices in the reader's language."""
        self.include.choices = [(kind.value, say(words)) for kind, words in NAMES.items()]


@page(blueprint, "/cohorts", needs=Permission.AUDIT_COHORT, menu=(45, Message("Audit of all")))
def board() -> Response:
    """The institution's runs, the newest first, and how to start one; it renews itself while one is running."""
    return _board(StartForm())


@page(blueprint, "/cohorts/start", needs=Permission.AUDIT_COHORT, methods=("POST",))
def start() -> Response:
    """Audit every student of the registrar's own institution."""
    form, actor = StartForm(), access.signed_in()
    form.offer()
    if not form.validate():
        return _board(form, 400)
    try:
        run = cohorts.start(
            db.session(), actor, institution=actor.institution, include=Include(form.include.data), at=now()
        )
    except Refusal as refused:
        db.session.rollback()
        form.refuse(refused)
        return _board(form, 409)
    flash(_("Run %(number)s has begun.", number=run.id), "success")
    return redirect(url_for("cohorts.board"))


@page(blueprint, "/cohorts/<int:run_id>/stop", needs=Permission.AUDIT_COHORT, about=cohorts.run_of, methods=("POST",))
def stop(run: CohortRun) -> Response:
    """Begin no more chunks; what was audited stays."""
    cohorts.stop(db.session(), access.signed_in(), run, now())
    flash(_("Run %(number)s is stopped; what was audited is kept.", number=run.id), "success")
    return redirect(url_for("cohorts.board"))


@page(blueprint, "/cohorts/<int:run_id>/resume", needs=Permission.AUDIT_COHORT, about=cohorts.run_of, methods=("POST",))
def resume(run: CohortRun) -> Response:
    """Go on where the run was stopped."""
    cohorts.resume(db.session(), access.signed_in(), run, now())
    flash(_("Run %(number)s goes on.", number=run.id), "success")
    return redirect(url_for("cohorts.board"))


def _board(form: StartForm, status: int = 200) -> Response:
    session, at = db.session(), now()
    form.offer()
    runs = cohorts.runs(session, access.signed_in().institution)
    progress = cohorts.progress(session, runs)
    running = any(progressed.state is RunState.RUNNING for progressed in progress.values())
    renews = running and status == 200 and request.args.get("renew") != "no"
    page = render_template(
        "cohorts/cohorts.html",
        form=form,
        runs=runs,
        progress=progress,
        running=running,
        renews=renews,
        states=STATES,
        kinds={kind.value: words for kind, words in NAMES.items()},
        at=at,
    )
    response = make_response(page, status)
    if renews:
        # A header, because readers can be told on the page how to switch it off; and no script is needed.
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response
