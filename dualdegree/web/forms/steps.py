"""How is a step taken on a page? What was sent is done and said; or the page is shown again, with what is wrong.

``step_page(...)`` makes a page that only takes a step; ``taken(...)`` answers a form on a page that also shows it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, TypeVar

from flask import Blueprint, flash, g, redirect, request
from werkzeug.wrappers import Response

from dualdegree.core.policy import NotAllowed, Permission, may
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.db import colliding, db
from dualdegree.web import access, errors
from dualdegree.web.forms import Form
from dualdegree.web.pages import load, page, values_for

Answer = str | Response | tuple[str, int]
SentForm = TypeVar("SentForm", bound=Form)
Step = Callable[[Any, SentForm], "Done | None"]
StepPage = Callable[[Step[SentForm]], Callable[..., Answer]]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words (none where the next page says it), and the address to which it leads."""

    words: str
    leads_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The page on which a form stands: who may open it, and how it is shown with a form that was refused."""

    needs: Permission
    about: Callable[..., Any]
    show: Callable[..., str]


def step_page(
    blueprint: Blueprint,
    url: str,
    *,
    needs: Permission,
    about: Callable[..., Any],
    on: HomePage,
    form: Callable[[], SentForm],
) -> StepPage[SentForm]:
    """Make the decorated step a page of ``blueprint`` that is only sent to.

    The step is given the thing and the form, and returns what it did, or None for a look. Whatever the form or the step
    refuses is shown on the page ``on`` which it stands, with all that was entered.
    """

    def decorate(step: Step[SentForm]) -> Callable[..., Answer]:
        @wraps(step)
        def answer(thing: Any) -> Answer:
            sent = form()
            return taken(sent, partial(step, thing, sent), partial(_shown, on, sent))

        return page(blueprint, url, needs=needs, about=about, methods=("POST",))(answer)

    return decorate


def taken(form: Form, step: Callable[[], Done | None], show: Callable[[], str]) -> Answer:
    """The answer to a form: done, or shown again with what is wrong. A step that returns None is only looked at.

    What is refused has changed nothing: the page is shown from the database as it stands now. What the database refuses
    because the same was done at this very moment is refused like anything else, at the field ``form.identity``.
    """
    if not form.is_submitted():
        return show()
    if not form.validate():
        g.refused_form = form
        return show(), 400
    try:
        with colliding(db.session(), form.identity):
            done = step()
    except (NotAllowed, Absent):
        raise
    except Refusal as refusal:
        return _refused(form, refusal, show)
    if any(form.mistakes()):
        # The step found something wrong with what was entered, and said so at the form.
        db.session.rollback()
        g.refused_form = form
        return show(), 400
    if done is None:
        return show()
    if done.words:
        flash(done.words, "success")
    return redirect(done.leads_to)


def _refused(form: Form, refusal: Refusal, show: Callable[[], str]) -> Answer:
    db.session.rollback()
    form.refuse(refusal)
    form.headline = errors.headline(refusal) or form.headline
    g.refused_form = form
    try:
        return show(), errors.status_of(refusal)
    except _NotToBeRead:
        # Whoever may take a step need not be one of those who may read all about it.
        raise refusal from None


def _shown(on: HomePage, form: Form) -> str:
    thing, subject = load(on.about, db.session(), values_for(on.about, request.view_args or {}))
    if not may(access.actor(), on.needs, subject):
        raise _NotToBeRead
    g.subject = subject
    form.reread(thing)
    return on.show(thing, form)


class _NotToBeRead(Exception):
    """The page may not be shown to whoever sent the form."""
