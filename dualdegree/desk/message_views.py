"""Which pages show a person what they were told, and let them put it aside?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dualdegree.core.policy import Permission
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.desk.closed import closed
from dualdegree.desk.today import today
from dualdegree.messages import service
from dualdegree.messages.models import Notice
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.listing import part
from dualdegree.web.navigation import safe
from dualdegree.web.pages import page

blueprint = Blueprint("messages", __name__, template_folder="templates")

LARGEST = 2**31 - 1
SHOWN = 5
"""How many unread messages a start page shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadPage:
    """What the start page shows of what the reader has not read.

    ``today``: how far each thing has come by now; ``closed``: what the reader may open no longer.
    """

    total: int
    newest: Sequence[Notice]
    today: Mapping[int, Message]
    closed: frozenset[str]


def unread() -> UnreadPage:
    """The newest of what the reader has not read."""
    session = db.session()
    news = service.unread(session, access.signed_in().person_id, SHOWN)
    return UnreadPage(
        total=news.total,
        newest=news.newest,
        today=today(session, news.newest, now()),
        closed=closed(session, access.signed_in(), news.newest),
    )


@page(blueprint, "/messages", needs=Permission.SEE_OWN_START, menu=(5, Message("Messages")))
def messages() -> str:
    """Everything that the person was told, newest first."""
    session, actor = db.session(), access.signed_in()
    notices = part(session, service.of_person(actor.person_id))
    return render_template(
        "desk/messages.html",
        messages=notices,
        today=today(session, notices.rows, now()),
        closed=closed(session, actor, notices.rows),
    )


@page(blueprint, "/messages/<int:notice_id>/read", needs=Permission.SEE_OWN_START, methods=("POST",))
def read(notice_id: int) -> Response:
    """Put one message aside."""
    service.mark_read(db.session(), access.signed_in().person_id, notice_id, now())
    return redirect(safe(request.args.get("next"), url_for("messages.messages")))


@page(blueprint, "/messages/read", needs=Permission.SEE_OWN_START, methods=("POST",))
def read_all() -> Response:
    """Put aside everything up to the newest message that was on the page."""
    upto = min(request.form.get("upto", 0, type=int), LARGEST)
    service.mark_all_read(db.session(), access.signed_in().person_id, upto, now())
    return redirect(safe(request.args.get("next"), url_for("messages.messages")))
