"""On which page does a student choose equivalences that are a student's choice, and see first what that changes?"""

from collections.abc import Sequence

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from dualdegree import stakes
from dualdegree.audit.comparing import Effect, compared
from dualdegree.audit.dossiers import Dossier, with_chosen
from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.audit.service import NAMES, Include, answers
from dualdegree.core.curricula.equivalence import Entry
from dualdegree.core.policy import Permission
from dualdegree.core.refusal import Absent
from dualdegree.db import db
from dualdegree.programmes.curricula.vocabulary import vocabulary_of
from dualdegree.programmes.presenting import names
from dualdegree.programmes.service import curriculum_versions
from dualdegree.recognition.choices.service import WantedChoices, admissions_of, choose, on_offer
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.requests.choosing.forms import ChoicesForm
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms.steps import Answer, Done, taken
from dualdegree.web.pages import page

blueprint = Blueprint("choices", __name__, template_folder="templates")
KINDS = (Include.OFFICIAL, Include.PROJECTED)


@page(
    blueprint,
    "/students/<int:student_id>/recognition/choices",
    needs=Permission.ASK_RECOGNITION,
    about=student_of,
    methods=("GET", "POST"),
)
def choices(student: Student) -> Answer:
    """Tick what shall be applied, see the effect, and keep it; it can be taken back until it is signed."""
    session, dossier = db.session(), dossier_of(db.session(), student)
    version = dossier.equivalences
    offered = on_offer(version, admissions_of(student))
    form = ChoicesForm(data={"chosen": _applied(dossier, offered)})
    form.offer(offered, vocabulary_of(curriculum_versions(session, [student.programme_id])))
    effect: dict[Include, Effect] = {}

    def step() -> Done | None:
        if version is None:
            raise Absent("There is no equivalence table yet.")
        if form.keep.data:
            wanted = WantedChoices(version=version, keys=form.keys, digest=form.read)
            choose(session, access.signed_in(), student, wanted, now())
            return Done(_("Your choice is kept."), url_for("requests.listed", student_id=student.id))
        effect.update(_effects(dossier, offered, form.keys))
        return None

    def show() -> str:
        if version is not None:
            form.reread(version)
        return render_template(
            "requests/choices.html",
            student=student,
            form=form,
            offered=offered,
            effects=effect,
            kinds=NAMES,
            stakes=stakes.at_stake(session, [student.id]),
            verdicts=stakes.verdicts_at_stake(session, [student.id]),
            names=names(session),
        )

    return taken(form, step, show)


def _applied(dossier: Dossier, offered: Sequence[Entry]) -> list[str]:
    return [entry.id for entry in offered if entry.is_applied(dossier.chosen)]


def _effects(dossier: Dossier, offered: Sequence[Entry], keys: frozenset[str]) -> dict[Include, Effect]:
    """Both degrees before and after exactly these are chosen. Nothing of it is stored."""
    session, student = db.session(), dossier.student.id
    after = with_chosen(dossier, {entry.id: entry for entry in offered if entry.id in keys})
    return {include: compared(answers(session, [dossier], include, now())[student], after.case) for include in KINDS}
