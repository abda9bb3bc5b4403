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
    from dualdegree.accounts import views as accounts
    from dualdegree.audit import cohort_views as cohorts
    from dualdegree.audit import exception_views as exceptions
    from dualdegree.audit import given_views as given
    from dualdegree.audit import impact_views as impact
    from dualdegree.audit import moving_views as moving
    from dualdegree.audit import plan_views as plans
    from dualdegree.audit import tasks
    from dualdegree.audit import views as audit
    from dualdegree.conferral import views as conferral
    from dualdegree.conferral import voiding
    from dualdegree.decisions import desk_views as requests_desk
    from dualdegree.decisions import export_views as export
    from dualdegree.decisions import stay_views as stays
    from dualdegree.decisions import views as requests
    from dualdegree.desk import message_views as messages
    from dualdegree.desk import views as desk
    from dualdegree.jobs import performing as jobs
    from dualdegree.messages import delivering
    from dualdegree.programmes import views as programmes
    from dualdegree.recognition import entry_views as equivalences
    from dualdegree.recognition import evidence_views as evidence
    from dualdegree.recognition import grade_views as grading
    from dualdegree.recognition import mapping_views as mapping
    from dualdegree.recognition import views as recognition
    from dualdegree.records import views as records
    from dualdegree.transcript import views as transcript
    from dualdegree.verification import views as verification

    app = Flask("dualdegree", instance_relative_config=False)
    app.config.from_mapping(settings)
    db.init_app(app)
    web.init_app(app)
    jobs.init_app(app, {**tasks.TASKS, **voiding.TASKS, **delivering.TASKS})
    offices = (
        accounts,
        programmes,
        records,
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
