"""How does a page come to exist? Only by saying which permission it needs.

``@page(blueprint, url, needs=..., about=...)`` finds the thing that the page is about, asks the policy, lets the view
work in one transaction, and commits when the view returns.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, runtime_checkable

from flask import Blueprint, Flask, g, make_response, redirect, request, url_for
from sqlalchemy import orm
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response as AnyResponse

from dualdegree.core.policy import GRANTS, Actor, Permission, Subject, may, may_know_of, own_business
from dualdegree.core.refusal import Absent
from dualdegree.core.text import Message
from dualdegree.db import act_for, db
from dualdegree.web import access, downloads
from dualdegree.web.guard import repeats

SIGN_IN = "accounts.sign_in"
"""The endpoint to which the public is sent when a page needs to know who asks."""


@runtime_checkable
class HasSubject(Protocol):
    """A thing that can tell the policy what it is about."""

    def policy_subject(self) -> Subject:
        """Whose it is."""


@dataclass(frozen=True, slots=True)
class About:
    """What a loader returns for a thing that cannot say itself whose it is: the thing, and its subject."""

    thing: Any
    subject: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is known of a page before anybody asks for it. ``menu`` is its place in the menu and its word there."""

    needs: Permission
    about: Callable[..., Any] | None
    named: frozenset[str]
    """The URL's values that ``about`` asks for."""
    methods: tuple[str, ...]
    menu: tuple[int, Message] | None


View = Callable[..., Any]


def page(
    blueprint: Blueprint,
    url: str,
    *,
    needs: Permission,
    about: Callable[..., Any] | None = None,
    methods: Sequence[str] = ("GET",),
    menu: tuple[int, Message] | None = None,
) -> Callable[[View], View]:
    """Make the decorated view a page of ``blueprint`` that whoever has ``needs`` may open.

    ``about(session, **url_values)`` returns the thing (with ``policy_subject()``, or wrapped in ``About``) or raises
    ``Absent``. It is given the URL's values that it names; the view is given the thing, then the other values. A page
    about nothing in particular is about the business of the actor's own institution.

    Raises TypeError at import when ``needs`` asks whose record it is and there is no ``about`` to answer.
    """
    if about is None and GRANTS[needs].personal:
        raise TypeError(f"{needs} depends on whose record it is: the page at {url} must say what it is about.")
    named = _named(about) if about else frozenset()
    facts = Page(needs=needs, about=about, named=named, methods=tuple(methods), menu=menu)

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(**values: Any) -> AnyResponse:
            return _open(facts, view, values)

        opened.page = facts  # type: ignore[attr-defined]
        blueprint.add_url_rule(url, view_func=opened, methods=list(methods))
        return view

    return decorate


def every_page(app: Flask) -> dict[str, Page]:
    """Every page of the application under its endpoint, in alphabetical order."""
    views = sorted(app.view_functions.items())
    return {endpoint: view.page for endpoint, view in views if hasattr(view, "page")}


def _open(facts: Page, view: View, values: dict[str, Any]) -> AnyResponse:
    try:
        response = _answer(facts, view, values)
        if response.status_code < 400:
            db.session.commit()
        else:
            db.session.rollback()
    except BaseException:
        db.session.rollback()
        raise
    return response


def _answer(facts: Page, view: View, values: dict[str, Any]) -> AnyResponse:
    actor = access.actor()
    if actor is None and not may(None, facts.needs, Subject()):
        return redirect(url_for(SIGN_IN, next=_way_back()))
    session = db.session()
    act_for(session, actor.institution if actor else None)
    if actor is None:
        return _opened(facts, view, values, None)
    # Before anything is looked up: what the first sender of a form has done is not there to be found any more.
    return repeats.once(session, actor.person_id, lambda: _opened(facts, view, values, actor))


def _opened(facts: Page, view: View, values: dict[str, Any], actor: Actor | None) -> AnyResponse:
    session = db.session()
    if facts.about is None:
        _allow(actor, facts.needs, own_business(actor))
        return downloads.sent(lambda: make_response(view(**values)))
    thing, subject = load(facts.about, session, {name: values[name] for name in values if name in facts.named})
    _allow(actor, facts.needs, subject)
    g.subject = subject
    others = {name: values[name] for name in values if name not in facts.named}
    return downloads.sent(lambda: make_response(view(thing, **others)))


def values_for(about: Callable[..., Any], values: dict[str, Any]) -> dict[str, Any]:
    """Of the values of an address, those that ``about`` asks for."""
    named = _named(about)
    return {name: value for name, value in values.items() if name in named}


def _named(about: Callable[..., Any]) -> frozenset[str]:
    return frozenset(inspect.signature(about).parameters)


def load(about: Callable[..., Any], session: orm.Session, values: dict[str, Any]) -> tuple[Any, Subject]:
    """What ``about`` finds, and whose it is. Raises ``NotFound`` where there is nothing."""
    try:
        thing = about(session, **values)
    except Absent as absent:
        # Without its sentence: what is not there and what one may not know of must look the same.
        raise NotFound from absent
    if isinstance(thing, About):
        return thing.thing, thing.subject
    if not isinstance(thing, HasSubject):
        raise TypeError(f"{about.__qualname__} returned something that cannot say whose it is.")
    return thing, thing.policy_subject()


def _allow(actor: Actor | None, needs: Permission, subject: Subject) -> None:
    if may(actor, needs, subject):
        return
    raise (Forbidden() if may_know_of(actor, subject) else NotFound())


def _way_back() -> str | None:
    return request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
