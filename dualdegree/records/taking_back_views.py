"""Which page takes a confirmed import back, and says first what that touches and what forbids it?"""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from dualdegree.core.policy import Permission
from dualdegree.db import db
from dualdegree.records import importing, service
from dualdegree.records.importing.taking_back.service import take_back, taking_back
from dualdegree.records.models import ImportBatch
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import DigestForm
from dualdegree.web.forms.steps import Answer, Done, taken
from dualdegree.web.pages import page

blueprint = Blueprint("taking_back", __name__, template_folder="templates")


@page(
    blueprint,
    "/imports/<int:batch_id>/take-back",
    needs=Permission.IMPORT_FILES,
    about=service.batch_of,
    methods=("GET", "POST"),
)
def import_(batch: ImportBatch) -> Answer:
    """Bring back the state before a confirmed import."""
    form = DigestForm()

    def step() -> Done:
        take_back(db.session(), access.signed_in(), batch, seen=form.read, at=now())
        said = _("The import is taken back. The record is as it was before.")
        return Done(said, url_for("records.import_", batch_id=batch.id))

    return taken(form, step, lambda: _shown(batch, form))


def _shown(batch: ImportBatch, form: DigestForm) -> str:
    consequences = taking_back(db.session(), batch)
    form.reread(consequences)
    return render_template(
        "records/take_back.html",
        batch=batch,
        kinds=importing.KINDS,
        consequences=consequences,
        form=form,
    )
