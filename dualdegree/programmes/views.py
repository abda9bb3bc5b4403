"""Which pages show partners, agreements and curricula, and let registrars put them in force?"""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from sqlalchemy import orm
from werkzeug.wrappers import Response

from dualdegree.core.audit.explain.words import called
from dualdegree.core.credit import worth
from dualdegree.core.grades import in_words
from dualdegree.core.policy import Permission, may, of_institutions
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes import importing, service
from dualdegree.programmes.approving import standings
from dualdegree.programmes.curricula import publishing
from dualdegree.programmes.curricula.reading import limits_of, routes_in_words, rules_of
from dualdegree.programmes.curricula.terms_in_words import order_in_words, terms_in_words
from dualdegree.programmes.models import AgreementVersion, CurriculumVersion
from dualdegree.programmes.presenting import (
    approval,
    approval_in_words,
    effect_of,
    find_agreement,
    find_own_curriculum,
    names,
    programme_called,
    publication_in_words,
    version_called,
    version_chosen,
    whose_turn,
    words_of,
)
from dualdegree.programmes.texts import agreed, curriculum_of, zone_at
from dualdegree.uploads import OfferedPaper, Preview
from dualdegree.uploads.forms import TextForm
from dualdegree.uploads.pages import UploadPage, upload_page
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.files import kept
from dualdegree.web.forms import DigestForm, Form
from dualdegree.web.forms.steps import Answer, Done, HomePage, step_page
from dualdegree.web.language import i18n
from dualdegree.web.pages import About, page

blueprint = Blueprint("programmes", __name__, template_folder="templates")


@blueprint.record
def _read_institutions(state: BlueprintSetupState) -> None:
    i18n.read_zones_with(state.app, lambda institution: zone_at(db.session(), institution))
    i18n.read_names_with(state.app, lambda: names(db.session()))


blueprint.add_app_template_global(approval_in_words)
blueprint.add_app_template_global(publication_in_words)
blueprint.add_app_template_filter(version_called)
blueprint.add_app_template_filter(version_chosen)
blueprint.add_app_template_filter(programme_called)


def find_curriculum(session: orm.Session, version_id: int) -> About:
    """The version of a curriculum, which both institutions may read; raises ``Absent``."""
    version = find_own_curriculum(session, version_id)
    parties = service.parties_of(session, version.curriculum.programme_id)
    return About(version, of_institutions(version.institution_id, *parties))


@page(
    blueprint,
    "/agreements",
    needs=Permission.SEE_AGREEMENTS,
    menu=(510, Message("Agreement and curricula")),
)
def agreements() -> str:
    """Every programme of the reader's institution: its agreement and both sides' curricula in all versions."""
    session, own = db.session(), access.signed_in().institution or ""
    versions = service.agreements(session, own)
    curricula = service.curriculum_versions(session, sorted({version.programme_id for version in versions}))
    return render_template(
        "programmes/agreements.html",
        own=own,
        names=names(session),
        titles=service.programme_titles(session),
        agreements=versions,
        standings=standings(session, versions),
        curricula=curricula,
        states={id_: standing.state for id_, standing in publishing.standings(session, curricula).items()},
        routes_in_words=routes_in_words,
        may_import=may(access.signed_in(), Permission.IMPORT_FILES, of_institutions(own)),
    )


@page(blueprint, "/agreements/<int:agreement_id>", needs=Permission.SEE_AGREEMENTS, about=find_agreement)
def agreement(version: AgreementVersion) -> str:
    """What one version of an agreement says, and who has approved it."""
    return _shown_agreement(version)


def _shown_agreement(version: AgreementVersion, _sent: Form | None = None) -> str:
    session = db.session()
    return render_template(
        "programmes/agreement.html",
        version=version,
        value=agreed(version),
        terms=terms_in_words(agreed(version).terms, names(session)),
        names=names(session),
        called=called,
        in_words=in_words,
        words=words_of(session, version.programme_id),
        standing=standings(session, service.agreements(session, version.institution_id))[version.subject],
        party=whose_turn(session, access.signed_in(), version),
        effect=effect_of(version, Permission.APPROVE_AGREEMENT, "impact.agreement", agreement_id=version.id),
        events=history_lines(session, version.subject, version.institution_id),
    )


@step_page(
    blueprint,
    "/agreements/<int:agreement_id>/approve",
    needs=Permission.APPROVE_AGREEMENT,
    about=find_agreement,
    on=HomePage(needs=Permission.SEE_AGREEMENTS, about=find_agreement, show=_shown_agreement),
    form=DigestForm,
)
def approve_agreement(version: AgreementVersion, form: DigestForm) -> Done:
    """Say yes for the own institution to the text that was read."""
    said = approval(version, form.read, service.approve_agreement)
    return Done(said, url_for("programmes.agreement", agreement_id=version.id))


@page(blueprint, "/agreements/<int:agreement_id>/text.yaml", needs=Permission.SEE_AGREEMENTS, about=find_agreement)
def agreement_text(version: AgreementVersion) -> Response:
    """The agreement as the text that was approved."""
    return kept(version.text, f"agreement-{version.id}.yaml")


@page(blueprint, "/agreements/new", needs=Permission.IMPORT_FILES, methods=("GET", "POST"))
def new_agreement() -> Answer:
    """Propose a version of the agreement from its file, or from the text of another one."""
    return _offered(importing.import_agreement, _("A version of the agreement"), _begun_from(find_agreement))


@page(blueprint, "/curricula/<int:version_id>/text.yaml", needs=Permission.SEE_AGREEMENTS, about=find_curriculum)
def curriculum_text(version: CurriculumVersion) -> Response:
    """The curriculum as the text that is judged by."""
    return kept(version.text, f"curriculum-{version.id}.yaml")


@page(blueprint, "/curricula/new", needs=Permission.IMPORT_FILES, methods=("GET", "POST"))
def new_curriculum() -> Answer:
    """Store a version of the own curriculum from its file, or from the text of another one, as a draft."""
    return _offered(importing.import_curriculum, _("A version of the curriculum"), _begun_from(find_own_curriculum))


def _offered(take: Callable[[orm.Session, OfferedPaper], Preview], title: str, begun: str) -> Answer:
    """The page of a text that ``take`` imports; ``begun`` is the text to begin with."""
    form, actor = TextForm(data={"text": begun}), access.signed_in()

    def imported() -> Preview:
        text, name = form.paper()
        own, confirm = actor.institution or "", bool(form.confirm.data)
        paper = OfferedPaper(institution=own, text=text, name=name, actor=actor, at=now(), confirm=confirm)
        return take(db.session(), paper)

    page = UploadPage(title=title, back=url_for("programmes.agreements"), back_to=_("Agreement and curricula"))
    return upload_page(form, imported, page)


def _begun_from(find: Callable[[orm.Session, int], AgreementVersion | CurriculumVersion]) -> str:
    """The text of the version that ``?from=`` names, to be changed; none of a version that the reader may not read."""
    wanted = request.args.get("from", 0, type=int)
    if not wanted:
        return ""
    version = find(db.session(), wanted)
    readable = may(access.signed_in(), Permission.SEE_AGREEMENTS, version.policy_subject())
    return version.text if readable else ""


@page(blueprint, "/curricula/<int:version_id>", needs=Permission.SEE_AGREEMENTS, about=find_curriculum)
def curriculum(version: CurriculumVersion) -> str:
    """What one version of a curriculum asks for, rule by rule, and its courses."""
    session, value = db.session(), curriculum_of(version)
    return render_template(
        "programmes/curriculum.html",
        version=version,
        value=value,
        ects={
            code: worth(course.credits, course.ects, value.degree.ects_per_credit)
            for code, course in value.courses.items()
        },
        rules=rules_of(value.degree),
        limits=limits_of(value.degree),
        routes_in_words=routes_in_words,
        order_in_words=order_in_words,
        name=names(session)[version.institution_id],
        standing=publishing.standings(session, [version])[version.id],
        effect=effect_of(version, Permission.PUBLISH_CURRICULUM, "impact.curriculum", version_id=version.id),
        events=history_lines(session, version.subject, version.institution_id),
    )
