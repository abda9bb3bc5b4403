"""Which page shows what is due by when?"""

from flask import Blueprint, render_template, request

from dualdegree.core.policy import Permission, Role
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.deadlines import service
from dualdegree.deadlines.presenting import STATES
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.pages import page

blueprint = Blueprint("deadlines", __name__, template_folder="templates")


@page(blueprint, "/deadlines", needs=Permission.SEE_DEADLINES, menu=(150, Message("Deadlines")))
def listed() -> str:
    """Everything that is due at the institution; for an advisor, about the students whom they advise."""
    session, actor = db.session(), access.signed_in()
    own, wanted = actor.institution or "", request.args.get("state", "")
    deadlines = service.deadlines_at(session, own, now())
    if own not in actor.institutions(Role.REGISTRAR):
        deadlines = service.of_advisor(deadlines, actor.person_id)
    return render_template(
        "deadlines/deadlines.html",
        deadlines=[deadline for deadline in deadlines if wanted in {"", deadline.state.value}],
        wanted=wanted,
        states=STATES,
        own=own,
    )
