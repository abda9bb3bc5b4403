"""Who is asking? The one module that knows Flask-Login; everything else sees an actor, or None for the public."""

from collections.abc import Callable

from flask import Flask, g, session
from flask.sansio.app import App
from flask_login import LoginManager, current_user, login_user, logout_user

from dualdegree.core.policy import Actor

Reader = Callable[[str], Actor | None]
"""Finds the actor of a sign-in token, or None when the token is unknown, ended or out of time."""


class SignedIn:
    """What Flask-Login keeps of a sign-in: the random token in the cookie, and the actor whom it stands for."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        """The token, which is what the signed cookie carries."""
        return self.token


def init_app(app: Flask) -> None:
    """Plug Flask-Login in. Until the accounts say who reads tokens, everybody is the public."""
    login = LoginManager(app)
    login.user_loader(lambda _token: None)
    login.session_protection = None  # sign-in sessions of our own end, time out and can be revoked


def read_tokens_with(app: App, reader: Reader) -> None:
    """Let ``reader`` say whom a token stands for: how the accounts, which ``web`` cannot know, come in."""

    def load(token: str) -> SignedIn | None:
        actor = reader(token)
        return None if actor is None else SignedIn(token, actor)

    app.login_manager.user_loader(load)  # type: ignore[attr-defined]


def actor() -> Actor | None:
    """The signed-in person of this request, or None for the public."""
    return getattr(current_user, "actor", None)


def signed_in() -> Actor:
    """The signed-in person of a page whose permission the public does not have."""
    person = actor()
    if person is None:
        raise RuntimeError("A page that the public may open asked for the signed-in person.")
    return person


def token() -> str:
    """The token of this request's sign-in, ``""`` for the public."""
    return getattr(current_user, "token", "")


def remember(token: str, actor: Actor) -> None:
    """Begin a sign-in in this browser, in a session that keeps nothing from before."""
    session.clear()
    login_user(SignedIn(token, actor))


def forget() -> None:
    """End the sign-in in this browser."""
    logout_user()
    session.clear()


def treat_as_public() -> None:
    """Ask no database who is asking for the rest of this request: it may be the database that failed."""
    g._login_user = None  # noqa: SLF001 - where Flask-Login keeps what it found
