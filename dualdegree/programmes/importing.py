"""How do profiles, curricula and agreements come in from files? Refused by line and key, or stored as drafts."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.acts import Act
from dualdegree.core.curricula.agreement import Agreement, read_agreement
from dualdegree.core.curricula.curriculum import Curriculum, read_curriculum
from dualdegree.core.grades import UnsoundConversion, check_conversion
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Conflict
from dualdegree.core.source.reading import Place, read
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes import models
from dualdegree.programmes.institutions.profile import read_profile
from dualdegree.programmes.models import AgreementVersion, CurriculumVersion, Institution, Programme
from dualdegree.programmes.proposing import check_parties, propose
from dualdegree.programmes.service import curriculum_versions, institution, scales
from dualdegree.programmes.texts import degree_of
from dualdegree.stakes import Changed
from dualdegree.uploads import NEVER_CHANGES, Fate, Offer, OfferedPaper, Preview, offered, previewed


def save_institution(
    session: orm.Session,
    text: str | bytes,
    name: str,
    *,
    actor: Actor,
    at: dt.datetime,
    only: str | None = None,
    revision: int | None = None,
    act: Act = Act.PROFILE_SAVED,
) -> Institution:
    """Store the profile of an institution, new or known; the same text again changes nothing.

    ``only`` is the institution whose profile it must be; ``revision`` is what an editor began from. ``act`` is what the
    history calls it. Raises
    ``SourceError`` naming line and key, ``NotAllowed``, and ``Conflict`` when somebody else saved meanwhile.
    """
    profile = read_profile(text, name)
    if only is not None and profile.institution != only:
        wrong = Message("this is the profile of another institution; %(own)s keeps its id", {"own": only})
        raise read(text, name).entry("institution").wrong(wrong)
    require(actor, Permission.EDIT_PROFILE, of_institutions(profile.institution))
    paper = OfferedPaper(institution=profile.institution, text=text, name=name, actor=actor, at=at, confirm=True)
    offer = offered(paper)
    known = session.get(Institution, profile.institution)
    if known is not None:
        lock(session, known)
    if known is not None and revision is not None and known.revision != revision:
        raise Conflict("Somebody else saved this profile meanwhile; read it again and repeat your change.")
    if known is not None and known.profile == offer.text:
        return known
    before = {"profile": known.profile} if known else None
    saved = known or Institution(id=profile.institution, revision=0)
    saved.names, saved.short_names = profile.names, profile.short_names
    saved.profile, saved.grade_scale = offer.text, profile.grade_scale
    saved.demonstration, saved.revision = profile.demonstration, saved.revision + 1
    session.add(saved)
    session.flush()
    facts = {"profile": offer.text}
    subject = f"institution:{saved.id}"
    tell(session, actor, subject, act, concerned=[saved.id], at=at, before=before, after=facts)
    stakes.changed(session, Changed(act=act, actor=actor, at=at, institutions=(saved.id,)))
    return saved


def import_institution(session: orm.Session, paper: OfferedPaper) -> Preview:
    """The profile of an institution, new or known, from its file; nothing is stored unless it is confirmed.

    Raises ``Unreadable``, ``NotAllowed``.
    """

    def take() -> Preview:
        # First of all: a text that is not YAML is no rejected line, it cannot be read at all.
        offered(paper)
        known = session.get(Institution, paper.institution)
        before = known.revision if known else None
        with session.begin_nested() as trial:
            saved = save_institution(
                session, paper.text, paper.name, actor=paper.actor, at=paper.at, only=paper.institution
            )
            fate = Fate.ADDED if before is None else Fate.UNCHANGED if before == saved.revision else Fate.CHANGED
            if not paper.confirm:
                trial.rollback()
        return Preview.single(fate)

    return previewed(take)


def import_curriculum(session: orm.Session, paper: OfferedPaper) -> Preview:
    """A curriculum version from its file, as a draft; nothing is stored unless it is confirmed.

    Raises ``Unreadable``, ``NotAllowed``, ``Absent``.
    """
    require(paper.actor, Permission.IMPORT_FILES, of_institutions(paper.institution))
    institution(session, paper.institution)

    def take() -> Preview:
        return _take_curriculum(session, offered(paper), read_curriculum(paper.text, paper.name))

    return previewed(take)


def _take_curriculum(session: orm.Session, offer: Offer, value: Curriculum) -> Preview:
    check_home(session, offer.place, offer.institution, value)
    stored = session.get(models.CurriculumSeries, value.id)
    if stored is not None:
        # Nobody publishes a draft while its text is being replaced.
        lock(session, stored)
    known = next((version for version in stored.versions if version.version == value.version), None) if stored else None
    if known is not None and known.digest == offer.digest:
        return Preview.single(Fate.UNCHANGED)
    if known is not None and known.published_at is not None:
        raise offer.place.entry("version").wrong(NEVER_CHANGES)
    replaces = known.digest if known is not None else ""
    if offer.confirm:
        _store_curriculum(session, offer, value, stored, known)
    return Preview.single(Fate.CHANGED if known else Fate.ADDED, replaces=replaces)


def check_home(session: orm.Session, place: Place, institution_id: str, value: Curriculum) -> None:
    """The file is this institution's own, in a programme that it shares, with ids that nobody else uses.

    ``place`` is the top of the file. Raises ``SourceError``.
    """
    if value.institution != institution_id:
        wrong = Message(
            "this is the curriculum of another institution; %(own)s imports its own", {"own": institution_id}
        )
        raise place.entry("institution").wrong(wrong)
    if value.programme not in programmes_of(session, institution_id):
        wrong = Message("%(own)s has no such programme; import the agreement first", {"own": institution_id})
        raise place.entry("programme").wrong(wrong)
    stored = session.get(models.CurriculumSeries, value.id)
    if stored and (stored.institution_id, stored.programme_id) != (value.institution, value.programme):
        wrong = Message("this is the id of another curriculum (%(of)s); choose another", {"of": stored.programme_id})
        raise place.entry("curriculum").wrong(wrong)
    for other in curriculum_versions(session, [value.programme]):
        _check_degree(place, value, other)


def _check_degree(place: Place, value: Curriculum, other: CurriculumVersion) -> None:
    # Claims, pins and exceptions name the degree by its id: all versions of one side agree on it, the sides differ.
    same_id = degree_of(other).id == value.degree.id
    if same_id != (other.institution_id == value.institution):
        wrong = Message(
            "in version %(version)s of %(institution)s the degree is called %(id)s; all versions of one side have one "
            "id for their degree, which the other side does not use",
            {"version": other.version, "institution": other.institution_id, "id": degree_of(other).id},
        )
        raise place.entry("degree").entry("id").wrong(wrong)


def _store_curriculum(
    session: orm.Session,
    offer: Offer,
    value: Curriculum,
    stored: models.CurriculumSeries | None,
    known: CurriculumVersion | None,
) -> None:
    if stored is None:
        stored = models.CurriculumSeries(id=value.id, programme_id=value.programme, institution_id=value.institution)
        session.add(stored)
    before = {"digest": known.digest} if known else None
    version = known or CurriculumVersion(
        curriculum=stored, institution_id=value.institution, version=value.version, revision=0
    )
    version.admission_from, version.admission_to = value.admission.first, value.admission.last
    version.routes, version.text, version.digest = list(value.admission.routes), offer.text, offer.digest
    version.revision += 1
    session.add(version)
    session.flush()
    facts = {"curriculum": value.id, "version": value.version, "digest": offer.digest}
    tell(
        session, offer.actor, version.subject, Act.CURRICULUM_IMPORTED,
        concerned=[value.institution], at=offer.at, before=before, after=facts,
    )  # fmt: skip


def programmes_of(session: orm.Session, institution_id: str) -> Sequence[str]:
    """The ids of the programmes in whose agreement, in force or proposed, the institution is a party."""
    party = sa.or_(AgreementVersion.institution_id == institution_id, AgreementVersion.partner_id == institution_id)
    return session.scalars(
        sa.select(AgreementVersion.programme_id).where(party).distinct().order_by(AgreementVersion.programme_id)
    ).all()


def import_agreement(session: orm.Session, paper: OfferedPaper) -> Preview:
    """A version of the agreement from its file, proposed by one party; stored only if it is confirmed.

    Raises ``Unreadable``, ``NotAllowed``, ``Absent``.
    """
    require(paper.actor, Permission.IMPORT_FILES, of_institutions(paper.institution))

    def take() -> Preview:
        return _take_agreement(session, offered(paper), read_agreement(paper.text, paper.name))

    return previewed(take)


def _take_agreement(session: orm.Session, offer: Offer, value: Agreement) -> Preview:
    for place, party in zip(offer.place.entry("institutions").each(), value.institutions, strict=True):
        if session.get(Institution, party) is None:
            raise place.wrong(Message("there is no such institution; save its profile first"))
    check_parties(session, offer, value.programme, value.institutions)
    _check_conversions(session, offer.place, value)
    if offer.confirm and session.get(Programme, value.programme) is None:
        session.add(Programme(id=value.programme, titles=value.title))
        session.flush()
    proposed = propose(
        session,
        AgreementVersion,
        offer,
        programme=value.programme,
        version=value.version,
        parties=value.institutions,
    )
    return Preview.single(proposed.fate, replaces=proposed.replaces)


def _check_conversions(session: orm.Session, top: Place, value: Agreement) -> None:
    """Each method fits the grade scales of the two sides; raises ``SourceError``."""
    held = scales(session)
    for at, conversion in enumerate(value.conversions):
        try:
            check_conversion(conversion.method, held[conversion.origin], held[conversion.into])
        except UnsoundConversion as unsound:
            raise top.entry("conversions").each()[at].wrong(unsound.reason) from None
