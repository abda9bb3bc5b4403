"""Who plugs it all together? The application factory, and nothing else.

``create_app`` imports late, so that the law (``dualdegree.core``) can be used without the web application.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: Mapping[str, Any]) -> Flask:
    """The application with these settings (see ``config.py``): extensions first, then the offices in their order."""
    from flask import Flask

    from dualdegree import db, web
    from dualdegree.audit.planning import expected
    from dualdegree.learning_agreements import expected as agreed_stays
    from dualdegree.requests import expected as expected_requests

    app = Flask("dualdegree", instance_relative_config=False)
    app.config.from_mapping(settings)
    db.init_app(app)
    web.init_app(app)
    _set_to_work(app)
    expected.register(expected_requests.expected)
    expected.register(agreed_stays.expected)
    _register_stakes()
    _register_separations()
    _register_deadlines()
    for office in _offices():
        app.register_blueprint(office.blueprint)
    return app


def _set_to_work(app: Flask) -> None:
    """Give the jobs what no page waits for."""
    from dualdegree.audit.cohorts import tasks
    from dualdegree.audit.planning.cheapest_way import searching
    from dualdegree.conferral import voiding
    from dualdegree.jobs import performing as jobs
    from dualdegree.messages import delivering

    jobs.init_app(app, {**tasks.TASKS, **searching.TASKS, **voiding.TASKS, **delivering.TASKS})


def _register_stakes() -> None:
    """Let every office say what of its own a change leaves behind, what rests on an import, what is only worked out."""
    from dualdegree import stakes
    from dualdegree.audit import resting as judged
    from dualdegree.audit import verdicts
    from dualdegree.conferral import overtaken, voiding
    from dualdegree.conferral.degrees import later
    from dualdegree.conferral.degrees import resting as decided
    from dualdegree.deadlines import service as due
    from dualdegree.records.standing import resting as standing
    from dualdegree.requests import resting as asked
    from dualdegree.training import resting as trained
    from dualdegree.transcript import documents

    stakes.after_change("sign-offs", voiding.put)
    stakes.after_change("documents", overtaken.keep)
    stakes.after_change("conferred degrees", later.keep)
    stakes.register("sign-offs", voiding.signed)
    stakes.register("documents", documents.in_force)
    stakes.register_verdict("audits", verdicts.met)
    stakes.register_work("requests", asked.in_work)
    stakes.register_resting("sign-offs", voiding.resting, ("sign_off",))
    stakes.register_resting("documents", documents.resting, ("issued_document",))
    stakes.register_resting("requests", asked.resting, asked.TABLES)
    stakes.register_resting("exceptions", judged.resting, judged.TABLES)
    stakes.register_resting("degrees", decided.resting, decided.TABLES)
    stakes.register_resting("standing", standing.resting, standing.TABLES)
    stakes.register_resting("training", trained.resting, trained.TABLES)
    stakes.register_derived("audits", judged.forget, judged.ANSWERS)
    stakes.register_derived("equivalences", asked.forget, asked.GIVEN)
    stakes.register_derived("deadlines", due.forget, due.TABLES)


def _register_separations() -> None:
    """Let every office say what of its own lies between two enrolments that turn out to be two persons'."""
    from dualdegree import separation
    from dualdegree.audit.exceptions import separating as exceptions
    from dualdegree.conferral.degrees import separating as degrees
    from dualdegree.records.standing import resting as standing
    from dualdegree.requests.workflow import separating as requests
    from dualdegree.training import separating as training

    separation.register("degrees", degrees.between)
    separation.register("standing", standing.between)
    separation.register("training", training.between)
    separation.register("exceptions", exceptions.between)
    separation.register("requests", requests.between, requests.settle)


def _register_deadlines() -> None:
    """Let every office say which periods run that profiles set deadlines for."""
    from dualdegree.deadlines import from_degrees, from_training, sources

    for starts, source in {**from_training.SOURCES, **from_degrees.SOURCES}.items():
        sources.register(starts, source)


def _offices() -> tuple[Any, ...]:
    """Every module with pages, in the order in which a student meets them."""
    from dualdegree.accounts import views as accounts
    from dualdegree.audit.cohorts import views as cohorts
    from dualdegree.audit.enrolments import views as enrolments
    from dualdegree.audit.exceptions import views as exceptions
    from dualdegree.audit.planning.cheapest_way import views as plans
    from dualdegree.audit.progress import views as audit
    from dualdegree.audit.reconciling import views as reconciling
    from dualdegree.audit.rule_changes import curriculum_views as moving
    from dualdegree.audit.rule_changes import move_views as given
    from dualdegree.audit.rule_changes import views as impact
    from dualdegree.conferral import views as conferral
    from dualdegree.conferral.degrees import views as degrees
    from dualdegree.conferral.sessions import views as sessions
    from dualdegree.deadlines import views as deadlines
    from dualdegree.desk import message_views as messages
    from dualdegree.desk import views as desk
    from dualdegree.learning_agreements import export_views as export
    from dualdegree.learning_agreements import views as stays
    from dualdegree.programmes.profiles import views as programmes
    from dualdegree.recognition import views as recognition
    from dualdegree.recognition.editing import views as equivalences
    from dualdegree.recognition.evidence import views as evidence
    from dualdegree.recognition.grading_tables import views as grading
    from dualdegree.recognition.mapping import views as mapping
    from dualdegree.records import taking_back_views as taking_back
    from dualdegree.records.links import undoing_views as records
    from dualdegree.requests import views as requests
    from dualdegree.requests.choosing import views as choosing
    from dualdegree.requests.desk import views as requests_desk
    from dualdegree.titles import views as titles
    from dualdegree.training.certificates import views as certificates
    from dualdegree.training.enterprises import views as enterprises
    from dualdegree.training.mentors import views as mentors
    from dualdegree.training.placements import views as placements
    from dualdegree.training.theses import office_views as theses
    from dualdegree.transcript import views as transcript
    from dualdegree.verification import views as verification

    return (
        accounts,
        programmes,
        records,
        theses,
        certificates,
        titles,
        taking_back,
        enterprises,
        mentors,
        placements,
        recognition,
        evidence,
        grading,
        mapping,
        equivalences,
        audit,
        reconciling,
        impact,
        moving,
        given,
        enrolments,
        exceptions,
        plans,
        cohorts,
        requests,
        requests_desk,
        choosing,
        stays,
        conferral,
        degrees,
        sessions,
        transcript,
        verification,
        export,
        deadlines,
        messages,
        desk,
    )
