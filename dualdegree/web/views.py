"""Which pages belong to no office? The choice of language, and who may do what."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from dualdegree.core.policy import GRANTS, Permission
from dualdegree.web.language import i18n
from dualdegree.web.navigation import safe
from dualdegree.web.pages import page

blueprint = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/ui")

YEAR = 365 * 24 * 3600


@page(blueprint, "/language/<language>", needs=Permission.SEE_PUBLIC)
def choose_language(language: str) -> Response:
    """Read on in another language, in this browser."""
    if language not in i18n.languages():
        raise NotFound
    response = redirect(safe(request.args.get("next"), url_for("desk.start")))
    keep_language(response, language)
    return response


@page(blueprint, "/help/permissions", needs=Permission.SEE_PUBLIC)
def permissions() -> str:
    """Who may do what, as the policy itself says it."""
    return render_template("ui/permissions.html", grants=GRANTS)


def keep_language(response: Response, language: str) -> None:
    """Let the browser remember the reader's language for a year."""
    response.set_cookie(i18n.COOKIE, language, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
