"""Which pages show a student's progress towards both degrees, and why?"""

from flask import Blueprint, jsonify, render_template, request
from flask.wrappers import Response
from flask_babel import gettext as _

from dualdegree.audit.dossiers import dossier
from dualdegree.audit.exceptions.presenting import STATES, show
from dualdegree.audit.exceptions.service import exceptions_of
from dualdegree.audit.progress.pending import waiting
from dualdegree.audit.progress.picture.placing import drawn
from dualdegree.audit.progress.picture.sketch import NARROW, WIDE
from dualdegree.audit.progress.picture.tracing import trace
from dualdegree.audit.progress.since_last import story_of
from dualdegree.audit.service import NAMES, Audit, Include, audit_of, include_of
from dualdegree.core.audit.case.answers import as_json
from dualdegree.core.audit.explain.explanation import explain
from dualdegree.core.policy import Permission, may
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.language.i18n import say
from dualdegree.web.pages import page

blueprint = Blueprint("audit", __name__, template_folder="templates")


@page(blueprint, "/students/<int:student_id>/progress", needs=Permission.SEE_RECORD, about=student_of)
def progress(student: Student) -> str:
    """Both degrees: what is met, what is missing, where each course counts and why."""
    session, audit = db.session(), _audit(student)
    held, story = audit.question.dossier, story_of(session, audit)
    projected = (
        audit_of(session, held, Include.PROJECTED, now()) if audit.question.include is Include.OFFICIAL else None
    )
    return render_template(
        "progress/progress.html",
        student=student,
        audit=audit,
        story=story,
        explanation=explain(
            story.case if story else audit.question.case, audit.answer, projected.answer if projected else None
        ),
        sides={side.curriculum.degree.id: side for side in held.sides},
        names=names(session),
        kinds=NAMES,
        waiting=waiting(held),
        exceptions=show(session, exceptions_of(session, student), [held]),
        states=STATES,
        may_ask=may(access.signed_in(), Permission.ASK_EXCEPTION, student.policy_subject()),
    )


@page(blueprint, "/students/<int:student_id>/progress.json", needs=Permission.SEE_RECORD, about=student_of)
def progress_as_json(student: Student) -> Response:
    """The same answer as the specification writes it."""
    audit = _audit(student)
    return jsonify({"include": audit.question.include.value, **as_json(audit.answer, str(student.id))})


@page(blueprint, "/students/<int:student_id>/picture", needs=Permission.SEE_RECORD, about=student_of)
def picture(student: Student) -> str:
    """Where each credit of both sides went, drawn and as a table."""
    audit = _audit(student)
    called = names(db.session())
    explanation = explain(audit.question.case, audit.answer)
    traced = trace(audit.question.case, audit.answer, explanation, called)
    return render_template(
        "progress/picture.html",
        student=student,
        audit=audit,
        explanation=explanation,
        names=called,
        kinds=NAMES,
        trace=traced,
        both=drawn(traced.both, WIDE, say),
        drawings=[drawn(sketch, NARROW, say) for sketch in traced.each],
        description=_("Courses stand at the sides, requirements between them; the table below says the same in words."),
        columns=[
            _("Course"),
            (_("ECTS"), "number"),
            *(say(called[degree.institution]) for degree in explanation.degrees),
        ],
    )


def _audit(student: Student) -> Audit:
    session, include = db.session(), include_of(request.args.get("include", Include.OFFICIAL.value))
    return audit_of(session, dossier(session, student), include, now())
