"""Which pages try something out for a student, find the cheapest way to finish, and keep plans?"""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dualdegree.audit.dossiers import dossier
from dualdegree.audit.models import SavedPlan
from dualdegree.audit.planning import saved as plans
from dualdegree.audit.planning import what_if as whatif
from dualdegree.audit.planning.changes import Changes, changes_of
from dualdegree.audit.planning.choices import Telling
from dualdegree.audit.planning.expected import with_granted
from dualdegree.audit.planning.side_by_side import side_by_side
from dualdegree.audit.service import NAMES, Include, include_of
from dualdegree.core.policy import Permission, may
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.records.models import Student
from dualdegree.records.service import people, student_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.pages import page

blueprint = Blueprint("plans", __name__, template_folder="templates")


@page(blueprint, "/students/<int:student_id>/what-if", needs=Permission.TRY_PLANS, about=student_of)
def what_if(student: Student) -> str:
    """Both degrees before and after changes that the address carries; nothing is stored."""
    return _tried(student, changes_of(request.args.to_dict(flat=False)))


@page(blueprint, "/students/<int:student_id>/plans", needs=Permission.TRY_PLANS, about=student_of)
def saved(student: Student) -> str:
    """The plans that were saved for a student and that the reader may open."""
    session = db.session()
    listed = plans.plans_of(session, access.signed_in(), student)
    makers = people(session, [plan.person_id for plan in listed])
    return render_template("planning/plans.html", student=student, plans=listed, makers=makers)


@page(
    blueprint, "/students/<int:student_id>/plans/save", needs=Permission.SAVE_PLAN, about=student_of, methods=("POST",)
)
def save(student: Student) -> Response | tuple[str, int]:
    """Keep the changes of the form under a name."""
    changes = changes_of(request.form.to_dict(flat=False))
    name, shared = request.form.get("name", ""), "shared" in request.form
    try:
        plan = plans.save(db.session(), access.signed_in(), student, name, changes, shared=shared, at=now())
    except Refusal as refused:
        return _tried(student, changes, refused=refused.message, name=name), 400
    flash(_("The plan is saved."), "success")
    return redirect(url_for("plans.plan", plan_id=plan.id))


@page(blueprint, "/plans/<int:plan_id>", needs=Permission.SEE_PLAN, about=plans.plan_of)
def plan(plan: SavedPlan) -> str:
    """A saved plan, audited now: what of it cannot be any more is named."""
    return _tried(plan.student, plans.content_of(plan), plan=plan, name=plan.name)


@page(blueprint, "/plans/<int:plan_id>/change", needs=Permission.CHANGE_PLAN, about=plans.plan_of, methods=("POST",))
def change(plan: SavedPlan) -> Response | tuple[str, int]:
    """Rename a plan, share it or keep it to oneself."""
    name, shared = request.form.get("name", ""), "shared" in request.form
    try:
        plans.change(db.session(), access.signed_in(), plan, name, shared=shared)
    except Refusal as refused:
        return _tried(plan.student, plans.content_of(plan), plan=plan, refused=refused.message, name=name), 400
    flash(_("The plan is changed."), "success")
    return redirect(url_for("plans.plan", plan_id=plan.id))


@page(blueprint, "/plans/<int:plan_id>/delete", needs=Permission.CHANGE_PLAN, about=plans.plan_of, methods=("POST",))
def delete(plan: SavedPlan) -> Response:
    """Forget a plan."""
    student_id = plan.student_id
    plans.delete(db.session(), access.signed_in(), plan)
    flash(_("The plan is deleted."), "success")
    return redirect(url_for("plans.saved", student_id=student_id))


def _tried(
    student: Student,
    changes: Changes,
    *,
    plan: SavedPlan | None = None,
    refused: Message | None = None,
    name: str = "",
) -> str:
    session = db.session()
    called = names(session)
    include = include_of(request.args.get("include", Include.PLANNED.value))
    as_is = dossier(session, student)
    tried = whatif.tried(session, as_is, changes, now())
    before = whatif.judged(with_granted(as_is, tried.expected), include)
    after = whatif.judged(tried.dossier, include, before.answer)
    telling = Telling(as_is, tried, changes, called)
    return render_template(
        "planning/what_if.html",
        student=student,
        changes=changes,
        changed=telling.changes(),
        choices=telling.choices(),
        gone=tried.gone,
        compared=side_by_side(before, after),
        plan=plan,
        refused=refused,
        name=name,
        can_save=_can_save(student),
        can_change=plan is not None and may(access.actor(), Permission.CHANGE_PLAN, plan.policy_subject()),
        include=include,
        kinds=NAMES,
        names=called,
        query=_query,
    )


def _can_save(student: Student) -> bool:
    return may(access.actor(), Permission.SAVE_PLAN, student.policy_subject())


def _query(changes: Changes, **more: str) -> str:
    """The end of an address that carries these changes."""
    return "?" + urlencode({**changes.values(), **more}, doseq=True)
