"""Which pages show partners, agreements and curricula, and let registrars put them in force?"""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm
from werkzeug.wrappers import Response

from dualdegree.core.audit.explain.words import called
from dualdegree.core.credit import worth
from dualdegree.core.grades import in_words
from dualdegree.core.policy import Permission, may, of_institutions
from dualdegree.core.refusal import Absent, Conflict
from dualdegree.core.source.reading import SourceError
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.history import told
from dualdegree.programmes import importing, service
from dualdegree.programmes.approving import standings
from dualdegree.programmes.curricula import publishing
from dualdegree.programmes.curricula.reading import limits_of, routes_in_words, rules_of
from dualdegree.programmes.forms import ProfileForm, TextForm
from dualdegree.programmes.models import AgreementVersion, CurriculumVersion, Institution
from dualdegree.programmes.presenting import (
    approved,
    effect_of,
    find_agreement,
    find_own_curriculum,
    names,
    whose_turn,
    words_of,
)
from dualdegree.programmes.texts import agreed, curriculum_of
from dualdegree.uploads import Preview, Unreadable
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.files import kept
from dualdegree.web.forms import revision_in
from dualdegree.web.pages import About, page

blueprint = Blueprint("programmes", __name__, template_folder="templates")

Answer = str | Response | tuple[str, int]
Take = Callable[..., Preview]


def find_curriculum(session: orm.Session, version_id: int) -> About:
    """The version of a curriculum, which both institutions may read; raises ``Absent``."""
    version = find_own_curriculum(session, version_id)
    parties = service.parties_of(session, version.curriculum.programme_id)
    return About(version, of_institutions(version.institution_id, *parties))


@page(
    blueprint,
    "/agreements",
    needs=Permission.SEE_AGREEMENTS,
    menu=(60, Message("Agreement and curricula")),
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
    session = db.session()
    return render_template(
        "programmes/agreement.html",
        version=version,
        value=agreed(version),
        names=names(session),
        called=called,
        in_words=in_words,
        words=words_of(session, version.programme_id),
        standing=standings(session, service.agreements(session, version.institution_id))[version.subject],
        party=whose_turn(session, access.signed_in(), version),
        effect=effect_of(version, Permission.APPROVE_AGREEMENT, "impact.agreement", agreement_id=version.id),
        events=told(session, version.subject, version.institution_id),
    )


@page(
    blueprint,
    "/agreements/<int:agreement_id>/approve",
    needs=Permission.APPROVE_AGREEMENT,
    about=find_agreement,
    methods=("POST",),
)
def approve_agreement(version: AgreementVersion) -> Response:
    """Say yes for the own institution to the text that was read."""
    session, actor = db.session(), access.signed_in()
    own = whose_turn(session, actor, version) or actor.institution or ""
    read = request.form.get("digest", "")
    state = service.approve_agreement(session, actor, version, institution_id=own, at=now(), digest=read)
    flash(approved(state), "success")
    return redirect(url_for("programmes.agreement", agreement_id=version.id))


@page(blueprint, "/agreements/<int:agreement_id>/text.yaml", needs=Permission.SEE_AGREEMENTS, about=find_agreement)
def agreement_text(version: AgreementVersion) -> Response:
    """The agreement as the text that was approved."""
    return kept(version.text, f"agreement-{version.id}.yaml")


@page(blueprint, "/agreements/new", needs=Permission.IMPORT_FILES, methods=("GET", "POST"))
def new_agreement() -> Answer:
    """Propose a version of the agreement from its file, or from the text of another one."""
    back = url_for("programmes.agreements")
    return offer(importing.import_agreement, _("A version of the agreement"), back, _begun_from(find_agreement))


@page(blueprint, "/curricula/<int:version_id>/text.yaml", needs=Permission.SEE_AGREEMENTS, about=find_curriculum)
def curriculum_text(version: CurriculumVersion) -> Response:
    """The curriculum as the text that is judged by."""
    return kept(version.text, f"curriculum-{version.id}.yaml")


@page(blueprint, "/curricula/new", needs=Permission.IMPORT_FILES, methods=("GET", "POST"))
def new_curriculum() -> Answer:
    """Store a version of the own curriculum from its file, or from the text of another one, as a draft."""
    back = url_for("programmes.agreements")
    return offer(importing.import_curriculum, _("A version of the curriculum"), back, _begun_from(find_own_curriculum))


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
        name=names(session)[version.institution_id],
        standing=publishing.standings(session, [version])[version.id],
        effect=effect_of(version, Permission.PUBLISH_CURRICULUM, "impact.curriculum", version_id=version.id),
        events=told(session, version.subject, version.institution_id),
    )


@page(
    blueprint,
    "/institutions/<institution_id>",
    needs=Permission.EDIT_PROFILE,
    about=service.institution,
    methods=("GET", "POST"),
)
def institution(own: Institution) -> Answer:
    """The institution's profile as text, to be edited, and what it was before."""
    form = ProfileForm(data={"text": own.profile, "revision": str(own.revision)})
    if form.is_submitted() and form.validate() and _save(own, form):
        flash(_("The profile is saved."), "success")
        return redirect(url_for("programmes.institution", institution_id=own.id))
    events = told(db.session(), f"institution:{own.id}", own.id)
    answer = render_template("programmes/institution.html", own=own, form=form, events=events)
    return (answer, 400) if form.errors else answer


def _save(own: Institution, form: ProfileForm) -> bool:
    try:
        importing.save_institution(
            db.session(),
            form.text.data or "",
            "institution.yaml",
            actor=access.signed_in(),
            at=now(),
            only=own.id,
            revision=revision_in(form.revision.data) or 0,
        )
    except SourceError as error:
        form.mistake(error)
    except Conflict as conflict:
        form.refuse(conflict)
    return not form.errors


# What the pages of texts of both institutions share


def offer(take: Take, title: str, back: str, begun: str = "") -> Answer:
    """A page on which a file is checked and then stored; ``take`` imports it, ``begun`` is the text to begin with."""
    form, preview = TextForm(data={"text": begun}), None
    if form.is_submitted() and form.validate():
        preview = _taken(take, form)
        if preview and form.confirm.data and not preview.rejected:
            flash(_("Stored."), "success")
            return redirect(back)
    answer = render_template("programmes/offer.html", form=form, title=title, back=back, preview=preview)
    return (answer, 400) if form.errors else answer


def _taken(take: Take, form: TextForm) -> Preview | None:
    actor = access.signed_in()
    try:
        text, name = form.paper()
        preview = take(
            db.session(), actor.institution, text, name, actor=actor, at=now(), confirm=bool(form.confirm.data)
        )
    except (Unreadable, Absent) as refused:
        form.refuse(refused, "text")
        return None
    form.reject(preview)
    return preview
