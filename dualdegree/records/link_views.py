"""Which pages confirm or refuse that a student of this register is the partner's?"""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from dualdegree.core.policy import Permission
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.records.importing.people import links
from dualdegree.records.importing.people.identity import told_by
from dualdegree.records.models import LinkProposal
from dualdegree.records.views import blueprint
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.language.i18n import say
from dualdegree.web.listing import part
from dualdegree.web.pages import page


@page(blueprint, links.PAGE, needs=Permission.IMPORT_FILES)
def proposed_links() -> str:
    """The links that wait for the registrar's institution, and those that it waits for."""
    session, own = db.session(), access.signed_in().institution or ""
    return render_template(
        "records/links.html",
        waiting=part(session, links.waiting_for(own)),
        elsewhere=session.scalars(links.waiting_elsewhere(own).limit(500)).all(),
        told_by=told_by,
        agree=links.agree,
        names=names(session),
    )


@page(blueprint, f"{links.PAGE}/alike", needs=Permission.IMPORT_FILES, methods=("POST",))
def confirm_alike() -> Response:
    """Confirm every link on which both registers agree."""
    actor = access.signed_in()
    count = links.confirm_alike(db.session(), actor, actor.institution or "", now())
    flash(ngettext("%(num)s link is confirmed.", "%(num)s links are confirmed.", count), "success")
    return redirect(url_for("records.proposed_links"))


@page(
    blueprint,
    f"{links.PAGE}/<int:proposal_id>/confirm",
    needs=Permission.IMPORT_FILES,
    about=links.proposal_of,
    methods=("POST",),
)
def confirm_link(proposal: LinkProposal) -> Response:
    """Make one student of the two."""
    links.confirm_link(db.session(), access.signed_in(), proposal, now())
    flash(_("The link is confirmed: both registers hold one student now."), "success")
    return redirect(url_for("records.proposed_links"))


@page(
    blueprint,
    f"{links.PAGE}/<int:proposal_id>/refuse",
    needs=Permission.IMPORT_FILES,
    about=links.proposal_of,
    methods=("POST",),
)
def refuse_link(proposal: LinkProposal) -> Response:
    """Say that the two are not one student."""
    try:
        links.refuse_link(db.session(), access.signed_in(), proposal, request.form.get("reason", "")[:500], now())
    except links.ReasonMissing as missing:
        flash(say(missing.message), "warning")
    else:
        flash(_("The link is refused; the partner reads why."), "success")
    return redirect(url_for("records.proposed_links"))
