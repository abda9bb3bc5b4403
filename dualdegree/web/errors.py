"""What does a reader see when something cannot be done? One page that says what happened and what to do."""

import time

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Absent, Collision, Conflict, NeedsAnother, Refusal, Repeated
from dualdegree.core.text import Message
from dualdegree.db import COLLIDED, at_once, db
from dualdegree.web import access
from dualdegree.web.guard.failures import waiting
from dualdegree.web.guard.limits import limiter
from dualdegree.web.guard.uploads import MEGABYTE
from dualdegree.web.security import READ

STATUSES: dict[type[Refusal], int] = {NotAllowed: 403, Absent: 404, Conflict: 409, Refusal: 400}
"""Which status a domain error has; the first class that fits."""

PAGES: dict[int, tuple[Message, Message]] = {
    400: (
        Message("This could not be done"),
        Message("Go back, check what you entered and send it again. Nothing has been changed."),
    ),
    403: (
        Message("You may not open this page"),
        Message("It belongs to another role or institution. If you think you should see it, ask your registrar."),
    ),
    404: (
        Message("There is no such page"),
        Message("Check the address for a missing character, or start again from the first page."),
    ),
    405: (
        Message("This address does not work like that"),
        Message("Open the page again from the menu and use its buttons."),
    ),
    409: (
        Message("Somebody else was faster"),
        Message("The record changed while you were working on it. Open it again, look, and decide anew."),
    ),
    413: (
        Message("The file is too large"),
        Message(
            "At most %(limit)s MB can be sent at once. Export a shorter period or split the file in two; "
            "save a PDF with smaller pictures."
        ),
    ),
    429: (
        Message("Too many attempts"),
        Message("Wait %(time)s, then try once more."),
    ),
    500: (
        Message("Something went wrong on our side"),
        Message("Nothing has been changed. Try again; if it happens again, tell your registrar what you were doing."),
    ),
}
"""What each status says: what happened, and what to do."""

KINDS: dict[type[Refusal], tuple[Message, Message]] = {
    Collision: (
        Message("The same was done at this very moment"),
        Message("Open the page again to see how it stands."),
    ),
    Repeated: (
        Message("You have done this already"),
        Message(
            "You sent this twice, or changed it yourself in another window. A repeat changes nothing and does no harm; "
            "open the page again to see how it stands."
        ),
    ),
    NeedsAnother: (
        Message("Another person has to do this"),
        Message("Nothing has been changed. What you have entered stays as it is and waits for them."),
    ),
}
"""What a domain error says where its status would not say it well."""

FORM_EXPIRED = Message("The form was open for too long, or you signed in again meanwhile")


def init_app(app: Flask) -> None:
    """Let every error end in a page."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(DBAPIError, collided)
    app.register_error_handler(StaleDataError, lambda _error: show(409))
    app.register_error_handler(CSRFError, lambda _error: show(400, FORM_EXPIRED))
    app.register_error_handler(HTTPException, failed)


def refused(refusal: Refusal) -> tuple[str, int]:
    """The page of a domain error, which says its own sentence."""
    return show(status_of(refusal), refusal.message, KINDS.get(type(refusal)))


def status_of(refusal: Refusal) -> int:
    """Which status a domain error has."""
    return next(STATUSES[kind] for kind in STATUSES if isinstance(refusal, kind))


def headline(refusal: Refusal) -> Message | None:
    """What stands above a domain error that no other entry would mend; None for one that the reader can mend."""
    status = status_of(refusal)
    title, _remedy = KINDS.get(type(refusal)) or PAGES[status]
    return title if status != 400 or type(refusal) in KINDS else None


def collided(error: DBAPIError) -> tuple[str, int]:
    """The page of two changes that exclude each other; any other fault of the database stays a fault."""
    if at_once(error):
        return refused(Collision(COLLIDED))
    raise error


def failed(error: HTTPException) -> tuple[str, int] | HTTPException:
    """The page of an HTTP error; redirects pass through."""
    status = error.code or 500
    if status < 400:
        return error
    if status == 413:
        _drain()
    if status >= 500:
        access.treat_as_public()
    return show(status)


def show(status: int, happened: Message | None = None, words: tuple[Message, Message] | None = None) -> tuple[str, int]:
    """The page of ``status``, with what ``happened``; ``words`` instead of its usual title and remedy."""
    db.session.rollback()
    title, remedy = words or PAGES.get(status, PAGES[400 if status < 500 else 500])
    if status == 413:
        remedy = Message(remedy.id, {"limit": (current_app.config["MAX_CONTENT_LENGTH"] or 0) // MEGABYTE})
    if status == 429:
        remedy = Message(remedy.id, {"time": waiting(_until_next())})
    return render_template("ui/error.html", status=status, title=title, happened=happened, remedy=remedy), status


def _until_next() -> int:
    """How many seconds are left until the limit that was reached allows one more."""
    limit = limiter.current_limit
    return max(1, limit.reset_at - int(time.time())) if limit else 60


def _drain() -> None:
    # Else the browser, which is still sending, would not get to see the answer.
    left = min(request.content_length or 0, READ)
    while left > 0 and (read := request.environ["wsgi.input"].read(min(left, MEGABYTE))):
        left -= len(read)
