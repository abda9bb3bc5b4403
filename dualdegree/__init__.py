"""Who plugs it all together? The application factory, and nothing else.

``create_app`` imports late, so that the law (``dualdegree.core``) can be used without the web application.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: Mapping[str, Any]) -> Flask:  # noqa: PLR0915 - an import for each office
    """The application with these settings (see ``config.py``): extensions first, then the offices in their order."""
    from flask import Flask

    from dualdegree import db, stakes, web
    from dualdegree.accounts import views as accounts
    from dualdegree.audit import verdicts
    from dualdegree.audit.cohorts import tasks
    from dualdegree.audit.cohorts import views as cohorts
    from dualdegree.audit.exceptions import views as exceptions
    from dualdegree.audit.planning import expected
    from dualdegree.audit.planning.cheapest_way import searching
    from dualdegree.audit.planning.cheapest_way import views as plans
    from dualdegree.audit.progress import views as audit
    from dualdegree.audit.rule_changes import curriculum_views as moving
    from dualdegree.audit.rule_changes import equivalence_views as given
    from dualdegree.audit.rule_changes import views as impact
    from dualdegree.conferral import overtaken, voiding
    from dualdegree.conferral import views as conferral
    from dualdegree.desk import message_views as messages
    from dualdegree.desk import views as desk
    from dualdegree.jobs import performing as jobs
    from dualdegree.learning_agreements import expected as agreed_stays
    from dualdegree.learning_agreements import export_views as export
    from dualdegree.learning_agreements import views as stays
    from dualdegree.messages import delivering
    from dualdegree.programmes import views as programmes
    from dualdegree.recognition import views as recognition
    from dualdegree.recognition.editing import views as equivalences
    from dualdegree.recognition.evidence import views as evidence
    from dualdegree.recognition.grading_tables import views as grading
    from dualdegree.recognition.mapping import views as mapping
    from dualdegree.records import link_views as records
    from dualdegree.requests import expected as expected_requests
    from dualdegree.requests import views as requests
    from dualdegree.requests.desk import views as requests_desk
    from dualdegree.training.certificates import views as certificates
    from dualdegree.training.theses import office_views as theses
    from dualdegree.transcript import documents as issued_documents
    from dualdegree.transcript import views as transcript
    from dualdegree.verification import views as verification

    app = Flask("dualdegree", instance_relative_config=False)
    app.config.from_mapping(settings)
    db.init_app(app)
    web.init_app(app)
    jobs.init_app(app, {**tasks.TASKS, **searching.TASKS, **voiding.TASKS, **delivering.TASKS})
    expected.register(expected_requests.expected)
    expected.register(agreed_stays.expected)
    stakes.after_change("sign-offs", voiding.put)
    stakes.after_change("documents", overtaken.keep)
    for kind, finder in {"sign-offs": voiding.signed, "documents": issued_documents.in_force}.items():
        stakes.register(kind, finder)
    stakes.register_verdict("audits", verdicts.met)
    offices = (
        accounts,
        programmes,
        records,
        theses,
        certificates,
        recognition,
        evidence,
        grading,
        mapping,
        equivalences,
        audit,
        impact,
        moving,
        given,
        exceptions,
        plans,
        cohorts,
        requests,
        requests_desk,
        stays,
        conferral,
        transcript,
        verification,
        export,
        messages,
        desk,
    )
    for office in offices:
        app.register_blueprint(office.blueprint)
    return app
