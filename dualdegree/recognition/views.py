"""Which pages show the equivalences between the two curricula, and let registrars propose and approve them?"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm
from werkzeug.wrappers import Response

from dualdegree.core.policy import Permission, may, of_institutions
from dualdegree.core.refusal import Absent
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.programmes.approving import standings
from dualdegree.programmes.history import told
from dualdegree.programmes.service import curriculum_versions, programme_titles
from dualdegree.programmes.texts import curriculum_of
from dualdegree.programmes.views import approved, effect_of, names, offer, whose_turn
from dualdegree.recognition import service
from dualdegree.recognition.importing import import_equivalences
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.reading import rows_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.pages import page

blueprint = Blueprint("recognition", __name__, template_folder="templates")


def find_table(session: orm.Session, table_id: int) -> EquivalenceVersion:
    """The version of an equivalence table; raises ``Absent``."""
    found = session.get(EquivalenceVersion, table_id)
    if found is None:
        raise Absent("There is no such equivalence table.")
    return found


@page(blueprint, "/equivalences", needs=Permission.SEE_AGREEMENTS, menu=(61, Message("Equivalences")))
def equivalences() -> str:
    """Every version of the equivalence tables of the reader's institution, and how far each has come."""
    session, own = db.session(), access.signed_in().institution or ""
    versions = service.equivalences(session, own)
    return render_template(
        "recognition/equivalences.html",
        versions=versions,
        titles=programme_titles(session),
        names=names(session),
        standings=standings(session, versions),
        may_import=may(access.signed_in(), Permission.IMPORT_FILES, of_institutions(own)),
    )


@page(blueprint, "/equivalences/<int:table_id>", needs=Permission.SEE_AGREEMENTS, about=find_table)
def table(version: EquivalenceVersion) -> str:
    """Which courses stand for which in one version, with credits in both units."""
    session = db.session()
    curricula = [curriculum_of(one) for one in curriculum_versions(session, [version.programme_id])]
    return render_template(
        "recognition/table.html",
        version=version,
        rows=rows_of(service.table_of(version), curricula),
        names=names(session),
        standing=standings(session, service.equivalences(session, version.institution_id))[version.subject],
        party=whose_turn(session, access.signed_in(), version),
        effect=effect_of(version, Permission.APPROVE_EQUIVALENCES, "impact.equivalences", table_id=version.id),
        students=effect_of(version, Permission.MOVE_STUDENT, "given.everybody", table_id=version.id),
        events=told(session, version.subject, version.institution_id),
    )


@page(
    blueprint,
    "/equivalences/<int:table_id>/approve",
    needs=Permission.APPROVE_EQUIVALENCES,
    about=find_table,
    methods=("POST",),
)
def approve(version: EquivalenceVersion) -> Response:
    """Say yes for the own institution to the table that was read."""
    session, actor = db.session(), access.signed_in()
    own = whose_turn(session, actor, version) or actor.institution or ""
    read = request.form.get("digest", "")
    state = service.approve_equivalences(session, actor, version, institution_id=own, at=now(), digest=read)
    flash(approved(state), "success")
    return redirect(url_for("recognition.table", table_id=version.id))


@page(blueprint, "/equivalences/new", needs=Permission.IMPORT_FILES, methods=("GET", "POST"))
def new() -> str | Response | tuple[str, int]:
    """Propose a version of the table from its file."""
    return offer(import_equivalences, _("A version of the equivalences"), url_for("recognition.equivalences"))
