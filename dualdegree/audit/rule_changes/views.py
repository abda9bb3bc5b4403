"""Which pages show what other rules would do to students, before they are published, approved or applied to one?"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dualdegree.audit.exceptions.presenting import show
from dualdegree.audit.orphans import orphans
from dualdegree.audit.rule_changes import publishing as with_students
from dualdegree.audit.rule_changes.effects import RuleEffect, effects, impact
from dualdegree.audit.rule_changes.forms import CurriculumReturnForm
from dualdegree.audit.rule_changes.proposals import Proposal, bound, of_agreement, of_curriculum, of_table
from dualdegree.audit.rule_changes.table import lines
from dualdegree.core.curricula.findings import Severity, check_curriculum
from dualdegree.core.policy import Permission
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes import service as programmes
from dualdegree.programmes.curricula import publishing
from dualdegree.programmes.curricula.comparing import Difference, agreements_compared, curricula_compared
from dualdegree.programmes.curricula.vocabulary import vocabulary_of
from dualdegree.programmes.models import AgreementVersion, CurriculumVersion
from dualdegree.programmes.presenting import find_agreement, find_own_curriculum, names
from dualdegree.programmes.texts import agreed, curriculum_of
from dualdegree.recognition import service as recognition
from dualdegree.recognition.editing.comparing import tables_compared
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.service import find_table, table_of
from dualdegree.web import access, spreadsheet
from dualdegree.web.clock import now
from dualdegree.web.forms import DigestForm, Form
from dualdegree.web.forms.steps import Done, HomePage, StepPage, step_page
from dualdegree.web.language.i18n import say
from dualdegree.web.pages import page

blueprint = Blueprint("impact", __name__, template_folder="templates")

FormOfText = TypeVar("FormOfText", bound=DigestForm)

MOST = 500
"""How many students are audited while somebody waits for the page; the table to download has all."""
ROWS = 100
"""How many of those who change are listed on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A proposal as its page shows it: whom it concerns, how many of them are audited there, what changes."""

    proposal: Proposal
    concerned: tuple[int, ...]
    everybody: bool


def _read(proposal: Proposal) -> Read:
    everybody = request.args.get("everybody", "") == "1"
    students = bound(db.session(), proposal, everybody=everybody, at=access.signed_in().institution)
    return Read(proposal=proposal, concerned=tuple(students), everybody=everybody)


def _shown(read: Read) -> dict[str, object]:
    """What every one of these pages shows of the students; the gravest first."""
    changes = impact(db.session(), read.proposal, read.concerned[:MOST], now())
    listed = sorted(changes.effects, key=lambda effect: effect.comparison.gravity)
    return {
        "read": read,
        "count": changes.count,
        "effects": listed[:ROWS],
        "listed": len(listed),
        "most": MOST,
        "names": names(db.session()),
    }


def _table(proposal: Proposal, name: str) -> Response:
    rows = map(spreadsheet.line, lines(_changed(_read(proposal), now()), say))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    # Written whole: what is loaded belongs to the page's transaction, which ends before a stream is read.
    return Response("".join((spreadsheet.MARK, *rows)), mimetype="text/csv", headers=headers)


def _changed(read: Read, at: dt.datetime) -> Iterator[RuleEffect]:
    for effect in effects(db.session(), read.proposal, read.concerned, at):
        if effect.comparison.changed:
            yield effect


# A version of a curriculum, on its way to publication


@page(blueprint, "/curricula/<int:version_id>/effect", needs=Permission.PUBLISH_CURRICULUM, about=find_own_curriculum)
def curriculum(version: CurriculumVersion) -> str:
    """What is remarkable about a version, how it differs from another, whose result it changes; and the next step."""
    return _shown_curriculum(version)


def _shown_curriculum(version: CurriculumVersion, sent: Form | None = None) -> str:
    session, value = db.session(), curriculum_of(version)
    findings = check_curriculum(value)
    proposal = of_curriculum(session, value)
    others = [other for other in version.curriculum.versions if other.id != version.id]
    against = _against(others, proposal)
    orphaned = orphans(session, value, students=bound(session, proposal))
    return render_template(
        "rule_changes/curriculum.html",
        version=version,
        value=value,
        findings=findings,
        refused=[finding for finding in findings if finding.severity is Severity.REFUSED],
        standing=publishing.standings(session, [version])[version.id],
        others=others,
        against=against,
        differences=curricula_compared(curriculum_of(against), value) if against else (),
        orphans=orphaned,
        orphaned={orphan.request.id: orphan for orphan in show(session, [orphan.exception for orphan in orphaned])},
        events=history_lines(session, version.subject, version.institution_id),
        me=access.signed_in().person_id,
        form=sent if isinstance(sent, CurriculumReturnForm) else _begun(version),
        **_shown(_read(proposal)),
    )


def _begun(version: CurriculumVersion) -> CurriculumReturnForm:
    return CurriculumReturnForm(formdata=None, data={"digest": version.digest})


ON_ITS_PAGE = HomePage(needs=Permission.PUBLISH_CURRICULUM, about=find_own_curriculum, show=_shown_curriculum)


def _against(others: list[CurriculumVersion], proposal: Proposal) -> CurriculumVersion | None:
    """The version to compare with: the one that was asked for, else what is nearest to being replaced.

    That is a version of the same routes, one that would be replaced before one that would not, the latest of several.
    """
    wanted = request.args.get("against", 0, type=int)
    own = proposal.curriculum.admission if proposal.curriculum else None

    def nearness(other: CurriculumVersion) -> tuple[bool, bool, bool, str, int]:
        alike = own is not None and set(own.routes) == set(other.routes)
        shared = own is not None and own.shares_route(other.admission)
        return shared, alike, other.id in proposal.bound_to, other.admission_from, other.id

    asked_for = next((other for other in others if other.id == wanted), None)
    return asked_for or max(others, key=nearness, default=None)


@page(
    blueprint, "/curricula/<int:version_id>/effect.csv", needs=Permission.PUBLISH_CURRICULUM, about=find_own_curriculum
)
def curriculum_table(version: CurriculumVersion) -> Response:
    """The students whose result the version changes, as a table to take away."""
    return _table(of_curriculum(db.session(), curriculum_of(version)), f"effect-of-curriculum-{version.id}")


def _step_page(action: str, form: type[FormOfText]) -> StepPage[FormOfText]:
    url, needs = f"/curricula/<int:version_id>/{action}", Permission.PUBLISH_CURRICULUM
    return step_page(blueprint, url, needs=needs, about=find_own_curriculum, on=ON_ITS_PAGE, form=form)


@_step_page("submit", DigestForm)
def submit(version: CurriculumVersion, form: DigestForm) -> Done:
    """Say that the version is ready to be published by somebody else."""
    publishing.submit(db.session(), access.signed_in(), version, digest=form.read, at=now())
    said = _("Submitted. Another registrar of your institution publishes it or sends it back.")
    return Done(said, url_for("impact.curriculum", version_id=version.id))


@_step_page("send-back", CurriculumReturnForm)
def send_back(version: CurriculumVersion, form: CurriculumReturnForm) -> Done:
    """Make it a draft again."""
    reason = form.reason.data or ""
    publishing.send_back(db.session(), access.signed_in(), version, digest=form.read, at=now(), reason=reason)
    return Done(_("Sent back: it is a draft again."), url_for("impact.curriculum", version_id=version.id))


@_step_page("publish", DigestForm)
def publish(version: CurriculumVersion, form: DigestForm) -> Done:
    """Let the version bind whoever is admitted in its terms by its routes."""
    with_students.publish(db.session(), access.signed_in(), version, digest=form.read, at=now())
    said = _("The version is published. Its text never changes again.")
    return Done(said, url_for("programmes.curriculum", version_id=version.id))


# Texts of both institutions, before they are approved


@page(blueprint, "/agreements/<int:agreement_id>/effect", needs=Permission.APPROVE_AGREEMENT, about=find_agreement)
def agreement(version: AgreementVersion) -> str:
    """How a version of the agreement differs from the one in force, and whose result it changes."""
    held = programmes.agreement_in_force(db.session(), version.programme_id)
    differences = agreements_compared(agreed(held), agreed(version)) if held else ()
    back = url_for("programmes.agreement", agreement_id=version.id)
    table = url_for("impact.agreement_table", agreement_id=version.id)
    lead = _("It applies to everybody in the programme as soon as both institutions have approved it.")
    return _of_both(of_agreement(db.session(), version), differences, back, table, lead)


@page(blueprint, "/agreements/<int:agreement_id>/effect.csv", needs=Permission.APPROVE_AGREEMENT, about=find_agreement)
def agreement_table(version: AgreementVersion) -> Response:
    """The students whose result the agreement changes, as a table to take away."""
    return _table(of_agreement(db.session(), version), f"effect-of-agreement-{version.id}")


@page(blueprint, "/equivalences/<int:table_id>/effect", needs=Permission.APPROVE_EQUIVALENCES, about=find_table)
def equivalences(version: EquivalenceVersion) -> str:
    """How a version of the equivalences differs from the one in force, and whose result it changes."""
    held = recognition.equivalences_in_force(db.session(), version.programme_id)
    words = vocabulary_of(programmes.curriculum_versions(db.session(), [version.programme_id]))
    differences = tables_compared(table_of(held), table_of(version), words) if held else ()
    back = url_for("recognition.table", table_id=version.id)
    table = url_for("impact.equivalences_table", table_id=version.id)
    lead = _(
        "Students keep the version they were given; this is what it would change for whom a decision moved to it. "
        "It binds whoever comes into the programme once both institutions have approved it."
    )
    return _of_both(of_table(db.session(), version), differences, back, table, lead)


@page(blueprint, "/equivalences/<int:table_id>/effect.csv", needs=Permission.APPROVE_EQUIVALENCES, about=find_table)
def equivalences_table(version: EquivalenceVersion) -> Response:
    """The students whose result the equivalences change, as a table to take away."""
    return _table(of_table(db.session(), version), f"effect-of-equivalences-{version.id}")


def _of_both(proposal: Proposal, differences: tuple[Difference, ...], back: str, table: str, lead: str) -> str:
    return render_template(
        "rule_changes/agreement.html",
        differences=differences,
        back=back,
        table=table,
        lead=lead,
        **_shown(_read(proposal)),
    )
