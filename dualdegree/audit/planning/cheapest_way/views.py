"""On which pages does somebody find the cheapest way to finish, and follow a search that takes longer?"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dualdegree.audit.planning.cheapest_way import searching
from dualdegree.audit.planning.cheapest_way.asking import agreed_terms
from dualdegree.audit.planning.cheapest_way.presenting import Planned, in_words
from dualdegree.audit.planning.cheapest_way.searching import AskedPlan
from dualdegree.audit.planning.cheapest_way.wishes import GRADE, is_wish
from dualdegree.audit.planning.views import blueprint
from dualdegree.core.audit.plan.search import Unfinished
from dualdegree.core.policy import Permission, may
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.programmes.curricula.terms_in_words import terms_in_words
from dualdegree.programmes.presenting import names
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.pages import page

REFRESH_SECONDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How far an answer is: the plan in words, or what a search says of itself, or why it came to no end."""

    planned: Planned | None = None
    progress: Message | None = None
    unfinished: Message | None = None

    @property
    def takes_longer(self) -> bool:
        """Whether nobody searches on yet."""
        return self.planned is None and self.progress is None and self.unfinished is None


@page(blueprint, "/students/<int:student_id>/plan", needs=Permission.TRY_PLANS, about=student_of)
def cheapest(student: Student) -> Response:
    """The cheapest way to finish both degrees, from where the changes in the address lead."""
    sent = request.args.to_dict(flat=False)
    question = searching.question_of(db.session(), student, sent, now())
    answered = _answered(question)
    status = 400 if question.wrong else 200
    renews = answered.progress is not None and request.args.get("renew") != "no"
    response = make_response(_shown(question, sent, answered, renews=renews), status)
    if renews:
        # A header, because readers can be told on the page how to switch it off; and no script is needed.
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@page(
    blueprint,
    "/students/<int:student_id>/plan/search",
    needs=Permission.TRY_PLANS,
    about=student_of,
    methods=("POST",),
)
def search(student: Student) -> Response:
    """Let a job search on."""
    sent = _sent()
    searching.begin(db.session(), searching.question_of(db.session(), student, sent, now()), sent, now())
    return redirect(url_for("plans.cheapest", student_id=student.id) + "?" + urlencode(sent, doseq=True))


@page(
    blueprint,
    "/students/<int:student_id>/plan/leave",
    needs=Permission.TRY_PLANS,
    about=student_of,
    methods=("POST",),
)
def leave(student: Student) -> Response:
    """Search no further."""
    searching.leave(db.session(), searching.question_of(db.session(), student, _sent(), now()))
    flash(_("The search is left; nothing of it is kept."), "success")
    return redirect(url_for("plans.saved", student_id=student.id))


def _sent() -> dict[str, list[str]]:
    """What the form carries of changes and wishes."""
    form = request.form.to_dict(flat=False)
    return {key: values for key, values in form.items() if not key.startswith(("csrf", "once"))}


def _answered(question: AskedPlan) -> Answered:
    if question.case is None:
        return Answered()
    job = searching.latest(db.session(), question)
    if job is not None and job.state in searching.GOING_ON:
        return Answered(progress=searching.progress_in_words(job))
    try:
        chosen = searching.plan_from(job, question.case) if job is not None else None
        if chosen is None:
            chosen = searching.answered_at_once(question.case, current_app.config["PLAN_SECONDS"])
    except Unfinished as refused:
        return Answered(unfinished=refused.message)
    return Answered(planned=in_words(question.tried.dossier, question.case, chosen) if chosen else None)


def _shown(question: AskedPlan, sent: dict[str, list[str]], answered: Answered, *, renews: bool) -> str:
    called, changes, dossier = names(db.session()), question.changes, question.tried.dossier
    scales = {side.curriculum.institution: dossier.rules.scales[side.curriculum.institution] for side in dossier.sides}
    return render_template(
        "planning/plan.html",
        student=question.student,
        question=question,
        changes=changes,
        sent={key: values for key, values in sent.items() if key in changes.values() or is_wish(key)},
        gone=question.tried.gone,
        away=question.tried.expected.away,
        agreed=terms_in_words(agreed_terms(dossier), called),
        scales=scales,
        grade=GRADE,
        wrong=question.wrong,
        answered=answered,
        planned=answered.planned,
        renews=renews,
        with_plan=changes.adding(answered.planned.added) if answered.planned else changes,
        can_save=may(access.actor(), Permission.SAVE_PLAN, question.student.policy_subject()),
        names=called,
        query=lambda changed: "?" + urlencode(changed.values(), doseq=True),
    )
