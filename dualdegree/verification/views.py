"""Where does a stranger check the document in hand? A public page, by the code that is printed on it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField, SubmitField

from dualdegree.core.policy import Permission
from dualdegree.core.refusal import Absent
from dualdegree.db import db
from dualdegree.verification import service
from dualdegree.web.forms import Form, required
from dualdegree.web.guard.limits import limiter
from dualdegree.web.pages import page

blueprint = Blueprint("verification", __name__, template_folder="templates")


class CodeForm(Form):
    """The code as it is printed, typed by hand."""

    code = StringField(
        _l("Verification code"),
        description=_l("Sixteen letters and digits beside the QR code; hyphens and case do not matter."),
        validators=[required(_l("Type the code that is printed on the document."))],
    )
    check = SubmitField(_l("Check"))


@page(blueprint, "/verify", needs=Permission.SEE_PUBLIC, methods=("GET", "POST"))
@limiter.limit("30 per minute", methods=["POST"])
def verify() -> str | Response | tuple[str, int]:
    """Type a code."""
    form = CodeForm()
    if request.method == "POST" and form.validate():
        code = "".join(sign for sign in (form.code.data or "").upper() if sign.isalnum())
        if code:
            return redirect(url_for("verification.verified", code=code[:64]))
        form.code.errors = [_l("Type the code that is printed on the document.")]
    return render_template("verification/verify.html", form=form), 400 if form.errors else 200


@page(blueprint, "/verify/<code>", needs=Permission.SEE_PUBLIC)
@limiter.limit("60 per minute")
def verified(code: str) -> str | tuple[str, int]:
    """What the issuers say of the document with this code."""
    try:
        document = service.verified(db.session(), code)
    except Absent as absent:
        return render_template("verification/unknown.html", code=code, absent=absent), 404
    return render_template("verification/verified.html", document=document)
