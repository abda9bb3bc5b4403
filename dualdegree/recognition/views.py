"""Which pages show the equivalences between the two curricula, and let registrars propose and approve them?"""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dualdegree.core.policy import Permission, may, of_institutions
from dualdegree.core.source.reading import read
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes.approving import standings
from dualdegree.programmes.presenting import approval, effect_of, names, whose_turn
from dualdegree.programmes.service import programme_titles
from dualdegree.recognition import service
from dualdegree.recognition.forms import NewVersionForm, TableForm
from dualdegree.recognition.grounds import grounds_of
from dualdegree.recognition.importing import import_equivalences, text_of_sheet
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.reading import rows_of
from dualdegree.recognition.remarks import remarks_on
from dualdegree.recognition.service import find_table
from dualdegree.recognition.tables.columns import MEANINGS
from dualdegree.recognition.tables.sheet_reading import is_sheet
from dualdegree.uploads import OfferedPaper, Preview
from dualdegree.uploads.pages import UploadPage, upload_page
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.files import kept
from dualdegree.web.forms import DigestForm, Form
from dualdegree.web.forms.steps import Answer, Done, HomePage, step_page
from dualdegree.web.pages import page

blueprint = Blueprint("recognition", __name__, template_folder="templates")


@page(blueprint, "/equivalences", needs=Permission.SEE_AGREEMENTS, menu=(230, Message("Equivalences")))
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
        moves=effect_of(versions[0], Permission.DECIDE_MOVE, "given.moves") if versions else None,
    )


@page(blueprint, "/equivalences/<int:table_id>", needs=Permission.SEE_AGREEMENTS, about=find_table)
def table(version: EquivalenceVersion) -> str:
    """Which courses stand for which in one version, with credits in both units."""
    return shown_table(version)


def shown_table(version: EquivalenceVersion, sent: Form | None = None) -> str:
    """The page of one version, with a form of it that was refused."""
    session, value = db.session(), service.table_of(version)
    grounds = grounds_of(session, read(version.text, "table"), version.institution_id, version.programme_id)
    return render_template(
        "recognition/table.html",
        version=version,
        form=sent if isinstance(sent, NewVersionForm) else NewVersionForm(formdata=None),
        rows=rows_of(value, [curriculum for side in grounds.curricula.values() for curriculum in side]),
        syllabi=grounds.syllabi,
        remarks=() if version.in_force_from else remarks_on(value, grounds),
        may_change=may(access.signed_in(), Permission.IMPORT_FILES, version.policy_subject()),
        names=names(session),
        standing=standings(session, service.equivalences(session, version.institution_id))[version.subject],
        party=whose_turn(session, access.signed_in(), version),
        effect=effect_of(version, Permission.APPROVE_EQUIVALENCES, "impact.equivalences", table_id=version.id),
        students=effect_of(version, Permission.DECIDE_MOVE, "given.everybody", table_id=version.id),
        events=history_lines(session, version.subject, version.institution_id),
    )


ON_ITS_PAGE = HomePage(needs=Permission.SEE_AGREEMENTS, about=find_table, show=shown_table)


@step_page(
    blueprint,
    "/equivalences/<int:table_id>/approve",
    needs=Permission.APPROVE_EQUIVALENCES,
    about=find_table,
    on=ON_ITS_PAGE,
    form=DigestForm,
)
def approve(version: EquivalenceVersion, form: DigestForm) -> Done:
    """Say yes for the own institution to the table that was read."""
    said = approval(version, form.read, service.approve_equivalences)
    return Done(said, url_for("recognition.table", table_id=version.id))


@page(blueprint, "/equivalences/<int:table_id>/text.yaml", needs=Permission.SEE_AGREEMENTS, about=find_table)
def table_text(version: EquivalenceVersion) -> Response:
    """The table as the text that was approved."""
    return kept(version.text, f"equivalences-{version.id}.yaml")


@page(blueprint, "/equivalences/new", needs=Permission.IMPORT_FILES, methods=("GET", "POST"))
def new() -> Answer:
    """Propose a version of the table from its file: YAML, CSV or XLSX."""
    form, endings = TableForm(), ("xlsx", "csv", "yaml")
    page = UploadPage(
        title=_("A version of the equivalences"),
        back=url_for("recognition.equivalences"),
        back_to=_("Equivalences"),
        meanings=MEANINGS,
        templates={ending: url_for("equivalences.template", ending=ending) for ending in endings},
    )
    return upload_page(form, lambda: _imported(form), page)


def _imported(form: TableForm) -> Preview:
    actor, confirm = access.signed_in(), bool(form.confirm.data)
    own, session = actor.institution or "", db.session()
    content, name = form.offered()
    paper = OfferedPaper(institution=own, text=content, name=name, actor=actor, at=now(), confirm=confirm)
    preview = import_equivalences(session, paper)
    if is_sheet(name) and not preview.rejected:
        # The next step sends the text that the rows have become, which can be read before it is stored.
        form.text.data = text_of_sheet(session, own, content, name)
    return preview
