"""Which pages take a syllabus in, list what an institution keeps, and hand a file out?"""

from contextlib import closing

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from sqlalchemy import orm
from werkzeug.wrappers import Response

from dualdegree.core.policy import Permission, may, of_institutions
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.recognition.evidence import service as evidence
from dualdegree.recognition.evidence.folder import handed_out, store
from dualdegree.recognition.evidence.service import Handed
from dualdegree.recognition.models import EvidenceFile
from dualdegree.records.service import people
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form, at
from dualdegree.web.forms.steps import Answer, Done, taken
from dualdegree.web.guard.uploads import MEGABYTE, UploadField
from dualdegree.web.listing import part
from dualdegree.web.pages import About, page

blueprint = Blueprint("evidence", __name__, template_folder="templates")


class EvidenceForm(Form):
    """One PDF."""

    file = UploadField(_l("File"), validators=[FileRequired(_l("Choose a file."))])

    @property
    def identity(self) -> str:
        """One file is kept once."""
        return "file"


def about_file(session: orm.Session, file_id: int) -> About:
    """The file and whose business it is; raises ``Absent``."""
    file = evidence.file_of(session, file_id)
    return About(file, evidence.subject_of(session, file))


@page(blueprint, "/syllabi", needs=Permission.SEE_AGREEMENTS, menu=(240, Message("Syllabi")))
def syllabi() -> str:
    """What the reader's institution keeps for its courses, and a form that adds to it."""
    return _listed(EvidenceForm())


@page(blueprint, "/syllabi", needs=Permission.KEEP_SYLLABUS, methods=("POST",))
def keep() -> Answer:
    """Keep a syllabus for the own institution."""
    form, actor = EvidenceForm(), access.signed_in()

    def step() -> Done:
        with closing(form.file.data) as upload:
            handed = Handed(institution=actor.institution or "", name=upload.filename or "", content=upload.read())
        with at("file"):
            kept = evidence.keep(db.session(), actor, store(), handed, at=now())
        return Done(_("%(name)s is kept.", name=kept.name), url_for("evidence.syllabi"))

    return taken(form, step, lambda: _listed(form))


@page(blueprint, "/evidence/<int:file_id>", needs=Permission.SEE_EVIDENCE, about=about_file)
def download(file: EvidenceFile) -> Response:
    """The very bytes that were handed in."""
    return handed_out(file)


def _listed(form: EvidenceForm) -> str:
    session, actor = db.session(), access.signed_in()
    files = part(session, evidence.files_of(actor.institution or ""))
    return render_template(
        "evidence/syllabi.html",
        form=form,
        files=files,
        by=people(session, [file.person_id for file in files.rows]),
        most=store().most_bytes // MEGABYTE,
        may_keep=may(actor, Permission.KEEP_SYLLABUS, of_institutions(actor.institution or "")),
    )
