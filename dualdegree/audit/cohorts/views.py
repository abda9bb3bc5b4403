"""On which page does a registrar audit every student of the institution, and see how far that is?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField

from dualdegree.audit.cohorts import service as cohorts
from dualdegree.audit.cohorts.models import CohortRun
from dualdegree.audit.cohorts.service import Progress, RunState
from dualdegree.audit.service import NAMES, Include
from dualdegree.core.policy import Permission
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form
from dualdegree.web.forms.steps import Answer, Done, HomePage, step_page, taken
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


@page(blueprint, "/cohorts", needs=Permission.AUDIT_COHORT, menu=(430, Message("Audit of all")))
def board() -> Response:
    """The institution's runs, the newest first, and how to start one; it renews itself while one is running."""
    runs = _runs()
    renews = _is_running(runs) and request.args.get("renew") != "no"
    response = make_response(_shown(runs, StartForm(formdata=None), renews=renews))
    if renews:
        # A header, because readers can be told on the page how to switch it off; and no script is needed.
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@page(blueprint, "/cohorts/start", needs=Permission.AUDIT_COHORT, methods=("POST",))
def start() -> Answer:
    """Audit every student of the registrar's own institution."""
    form, actor = StartForm(), access.signed_in()
    form.offer()

    def step() -> Done:
        include = Include(form.include.data)
        run = cohorts.start(db.session(), actor, institution=actor.institution, include=include, at=now())
        return Done(_("Run %(number)s has begun.", number=run.id), url_for("cohorts.board"))

    return taken(form, step, lambda: _shown(_runs(), form))


ON_THE_BOARD = HomePage(
    needs=Permission.AUDIT_COHORT,
    about=cohorts.run_of,
    show=lambda _run, _sent: _shown(_runs(), StartForm(formdata=None)),
)


@step_page(
    blueprint,
    "/cohorts/<int:run_id>/stop",
    needs=Permission.AUDIT_COHORT,
    about=cohorts.run_of,
    on=ON_THE_BOARD,
    form=Form,
)
def stop(run: CohortRun, _form: Form) -> Done:
    """Begin no more chunks; what was audited stays."""
    cohorts.stop(db.session(), access.signed_in(), run, now())
    said = _("Run %(number)s is stopped; what was audited is kept.", number=run.id)
    return Done(said, url_for("cohorts.board"))


@step_page(
    blueprint,
    "/cohorts/<int:run_id>/resume",
    needs=Permission.AUDIT_COHORT,
    about=cohorts.run_of,
    on=ON_THE_BOARD,
    form=Form,
)
def resume(run: CohortRun, _form: Form) -> Done:
    """Go on where the run was stopped."""
    cohorts.resume(db.session(), access.signed_in(), run, now())
    return Done(_("Run %(number)s goes on.", number=run.id), url_for("cohorts.board"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRuns:
    """The runs of an institution, and how far each is."""

    runs: Sequence[CohortRun]
    progress: Mapping[int, Progress]


def _runs() -> ShownRuns:
    session = db.session()
    runs = cohorts.runs(session, access.signed_in().institution)
    return ShownRuns(runs=runs, progress=cohorts.progress(session, runs))


def _is_running(shown: ShownRuns) -> bool:
    return any(progress.can_stop for progress in shown.progress.values())


def _shown(shown: ShownRuns, form: StartForm, *, renews: bool = False) -> str:
    form.offer()
    return render_template(
        "cohorts/cohorts.html",
        form=form,
        runs=shown.runs,
        progress=shown.progress,
        running=_is_running(shown),
        renews=renews,
        states=STATES,
        kinds={kind.value: words for kind, words in NAMES.items()},
        at=now(),
    )
