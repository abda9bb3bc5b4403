"""Which pages let people sign in and keep their own account?"""

import datetime as dt

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dualdegree.accounts import service
from dualdegree.accounts.forms import LanguageForm, PasswordForm, SignInForm
from dualdegree.core.policy import Actor, Permission
from dualdegree.core.refusal import Refusal
from dualdegree.db import db
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.guard.failures import TooOften, note_failure, refuse_guessing
from dualdegree.web.language import i18n
from dualdegree.web.navigation import safe
from dualdegree.web.pages import page
from dualdegree.web.views import keep_language

blueprint = Blueprint("accounts", __name__, template_folder="templates")

Answer = str | Response | tuple[str, int]


@blueprint.record
def _read_tokens(state: BlueprintSetupState) -> None:
    def reader(token: str) -> Actor | None:
        return service.whose_token(db.session(), token, now(), timeouts())

    access.read_tokens_with(state.app, reader)


def timeouts() -> service.Timeouts:
    """How long a sign-in lasts, as the office set it."""
    usual = service.Timeouts()
    idle: dt.timedelta = current_app.config.get("SESSION_IDLE", usual.idle)
    absolute: dt.timedelta = current_app.config.get("SESSION_ABSOLUTE", usual.absolute)
    return service.Timeouts(idle=idle, absolute=absolute)


@page(blueprint, "/sign-in", needs=Permission.SEE_PUBLIC, methods=("GET", "POST"))
def sign_in() -> Answer:
    """Sign in and go on to where one wanted to be."""
    form, wanted = SignInForm(), safe(request.args.get("next"), url_for("desk.start"))
    if request.method != "POST":
        return redirect(wanted) if access.actor() else _sign_in_page(form)
    if not form.validate():
        return _sign_in_page(form), 400
    email = form.email.data or ""
    try:
        refuse_guessing(service.normal(email))
        token, row = service.sign_in(db.session(), email=email, password=form.password.data or "", now=now())
    except TooOften as refused:
        form.refuse(refused)
        return _waiting(_sign_in_page(form), refused)
    except service.SignInRefused as refused:
        note_failure(service.normal(email))
        form.refuse(refused)
        return _sign_in_page(form), 400
    access.remember(token, service.actor_of(row.person))
    return redirect(wanted)


@page(blueprint, "/sign-out", needs=Permission.SEE_OWN_START, methods=("POST",))
def sign_out() -> Response:
    """End this sign-in."""
    service.sign_out(db.session(), access.token(), now())
    access.forget()
    flash(_("You have signed out."), "success")
    return redirect(url_for("accounts.sign_in"))


@page(blueprint, "/account", needs=Permission.SEE_OWN_START)
def profile() -> str:
    """One's own account: name, roles, language, and where one is signed in."""
    return _profile_page(LanguageForm(i18n.language()))


@page(blueprint, "/account/language", needs=Permission.SEE_OWN_START, methods=("POST",))
def language() -> Answer:
    """Read in this language wherever one signs in."""
    form = LanguageForm(i18n.language())
    if not form.validate():
        return _profile_page(form), 400
    service.choose_locale(db.session(), access.signed_in(), form.language.data)
    response = redirect(url_for("accounts.profile"))
    keep_language(response, form.language.data)
    return response


@page(blueprint, "/account/sign-ins/<int:sign_in_id>/end", needs=Permission.SEE_OWN_START, methods=("POST",))
def end_sign_in(sign_in_id: int) -> Response:
    """End a sign-in on another device."""
    service.end(db.session(), access.signed_in(), sign_in_id, now())
    flash(_("That device is signed out."), "success")
    return redirect(url_for("accounts.profile"))


@page(blueprint, "/account/password", needs=Permission.SEE_OWN_START, methods=("GET", "POST"))
def password() -> Answer:
    """Set a new password."""
    form = PasswordForm()
    if request.method != "POST":
        return render_template("accounts/password.html", form=form)
    if form.validate():
        try:
            _change_password(form)
        except TooOften as refused:
            form.refuse(refused)
            return _waiting(render_template("accounts/password.html", form=form), refused)
        except Refusal as refused:
            form.refuse(refused, "old" if isinstance(refused, service.SignInRefused) else "new")
        else:
            flash(_("Your password is changed. Every other device is signed out."), "success")
            return redirect(url_for("accounts.profile"))
    return render_template("accounts/password.html", form=form), 400


def _change_password(form: PasswordForm) -> None:
    actor, old, new = access.signed_in(), form.old.data or "", form.new.data or ""
    refuse_guessing(actor.email)
    try:
        service.change_password(db.session(), actor, old=old, new=new, keep=access.token(), now=now())
    except service.SignInRefused:
        note_failure(actor.email)
        raise


def _waiting(page_: str, refused: TooOften) -> Response:
    """The page again, which says how long to wait, as does the header for programs."""
    return Response(page_, status=429, mimetype="text/html", headers={"Retry-After": str(refused.seconds)})


def _sign_in_page(form: SignInForm) -> str:
    return render_template(
        "accounts/sign_in.html", form=form, sent_here="next" in request.args, demo=current_app.config["DEMO_ACCOUNTS"]
    )


def _profile_page(form: LanguageForm) -> str:
    actor, session = access.signed_in(), db.session()
    rows = service.sign_ins(session, actor, now(), timeouts())
    mine = next((row.id for row in rows if service.is_of(row, access.token())), None)
    return render_template("accounts/profile.html", form=form, reader=actor, sign_ins=rows, mine=mine)
