"""How is a version of a curriculum published? One registrar of the institution submits it, another publishes it."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.core.acts import Act
from dualdegree.core.approval import BY_TWO, State, Step, after
from dualdegree.core.curricula.findings import Severity, check_curriculum
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Conflict, NeedsAnother, Refusal
from dualdegree.db import lock
from dualdegree.history import marking_own_repeats, tell
from dualdegree.programmes.models import CurriculumVersion, PublicationStep
from dualdegree.programmes.notices import tell_of_curriculum
from dualdegree.programmes.service import published
from dualdegree.programmes.texts import curriculum_of

ACTS: Mapping[Step, Act] = {
    Step.SUBMIT: Act.CURRICULUM_SUBMITTED,
    Step.SEND_BACK: Act.CURRICULUM_SENT_BACK,
    Step.PUBLISH: Act.CURRICULUM_PUBLISHED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingStanding:
    """How far a version has come, and who took the last step for the text as it stands; ``by`` is a name."""

    state: State
    person_id: int | None = None
    by: str = ""
    at: dt.datetime | None = None

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed and is submitted next."""
        return self.state is State.DRAFT

    @property
    def is_submitted(self) -> bool:
        """Whether it waits for another registrar."""
        return self.state is State.SUBMITTED


def standings(session: orm.Session, versions: Sequence[CurriculumVersion]) -> Mapping[int, PublishingStanding]:
    """How far each of these versions has come, by its id, in two queries."""
    digests = {version.id: version.digest for version in versions}
    query = (
        sa.select(PublicationStep, Person.name)
        .join(Person, Person.id == PublicationStep.person_id)
        .where(PublicationStep.curriculum_version_id.in_(digests))
        .order_by(PublicationStep.id)
    )
    last: dict[int, tuple[PublicationStep, str]] = {}
    for step, name in session.execute(query):
        if step.digest == digests[step.curriculum_version_id]:
            last[step.curriculum_version_id] = step, name
    replaced = _replaced(session, {version.curriculum_id for version in versions})
    return {version.id: _standing(version, last.get(version.id), replaced) for version in versions}


def _replaced(session: orm.Session, curricula: Iterable[str]) -> set[int]:
    """The published versions of these curricula for whose very admissions a later one was published."""
    query = sa.select(CurriculumVersion).where(
        CurriculumVersion.curriculum_id.in_(list(curricula)), CurriculumVersion.published_at.is_not(None)
    )
    latest: dict[object, CurriculumVersion] = {}
    replaced = set()
    for version in session.scalars(query.order_by(CurriculumVersion.published_at, CurriculumVersion.id)):
        admissions = version.curriculum_id, *admissions_of(version)
        if admissions in latest:
            replaced.add(latest[admissions].id)
        latest[admissions] = version
    return replaced


def admissions_of(version: CurriculumVersion) -> tuple[str, str | None, frozenset[str]]:
    """Whom the version takes: first term, last term, routes."""
    return version.admission_from, version.admission_to, frozenset(version.routes)


def _standing(
    version: CurriculumVersion, last: tuple[PublicationStep, str] | None, replaced: Collection[int]
) -> PublishingStanding:
    state = State.DRAFT
    if version.published_at is not None:
        state = State.REPLACED if version.id in replaced else State.IN_FORCE
    elif last is not None and last[0].step == Step.SUBMIT:
        state = State.SUBMITTED
    if last is None:
        return PublishingStanding(state=state)
    step, name = last
    return PublishingStanding(state=state, person_id=step.person_id, by=name, at=step.taken_at)


def submit(session: orm.Session, actor: Actor, version: CurriculumVersion, *, digest: str, at: dt.datetime) -> None:
    """One registrar's word that the text with this digest is ready to be published by another.

    Raises ``NotAllowed``; ``Conflict`` when the text is another by now, is submitted or published already, overlaps
    another version, or can never be met.
    """
    _lock(session, actor, version, digest, Step.SUBMIT)
    _refuse_unfit(session, version)
    _take(session, actor, version, Step.SUBMIT, at=at)


def send_back(
    session: orm.Session, actor: Actor, version: CurriculumVersion, *, digest: str, at: dt.datetime, reason: str
) -> None:
    """Make what was submitted a draft again, with the reason; whoever submitted it may, too.

    Raises ``NotAllowed``, ``Refusal`` without a reason, ``Conflict`` when it is not submitted or another text.
    """
    if not reason.strip():
        raise Refusal("Say why it is sent back, so that its author knows what to mend.", about="reason")
    standing = _lock(session, actor, version, digest, Step.SEND_BACK)
    _take(session, actor, version, Step.SEND_BACK, at=at, reason=reason.strip(), author=standing.person_id)


def publish(session: orm.Session, actor: Actor, version: CurriculumVersion, *, digest: str, at: dt.datetime) -> None:
    """Let the version bind whoever is admitted from now on; its text never changes again.

    Raises as ``submit`` does, and ``Refusal`` for the person who submitted it. Offices that know the students publish
    through ``audit.publishing``, which also looks at their exceptions.
    """
    standing = _lock(session, actor, version, digest, Step.PUBLISH)
    if standing.person_id == actor.person_id:
        raise NeedsAnother(
            "You submitted it yourself, and nobody publishes what they submitted; another registrar of your "
            "institution can publish it."
        )
    _refuse_unfit(session, version)
    version.published_at = at
    version.revision += 1
    _take(session, actor, version, Step.PUBLISH, at=at)


def _lock(
    session: orm.Session, actor: Actor, version: CurriculumVersion, digest: str, step: Step
) -> PublishingStanding:
    """Let nobody else take a step meanwhile, and refuse one that this person or state does not allow."""
    require(actor, Permission.PUBLISH_CURRICULUM, version.policy_subject())
    if not actor.person_id:
        raise Refusal("A publication bears the names of two people; sign in as a registrar.")
    # One curriculum at a time: two drafts published at once could overlap each other.
    lock(session, version.curriculum)
    session.refresh(version)
    standing = standings(session, [version])[version.id]
    with marking_own_repeats(session, actor, version.subject):
        if version.digest != digest:
            raise Conflict("The text has changed since you opened it; read it again and look at what it does.")
        after(BY_TWO, standing.state, step)
    return standing


def _take(
    session: orm.Session,
    actor: Actor,
    version: CurriculumVersion,
    step: Step,
    *,
    at: dt.datetime,
    reason: str = "",
    author: int | None = None,
) -> None:
    session.add(
        PublicationStep(
            curriculum_version_id=version.id,
            institution_id=version.institution_id,
            step=step,
            digest=version.digest,
            person_id=actor.person_id,
            taken_at=at,
        )
    )
    facts = {"curriculum": version.curriculum_id, "version": version.version, "digest": version.digest}
    tell(
        session, actor, version.subject, ACTS[step],
        concerned=[version.institution_id], at=at, reason=reason, after=facts,
    )  # fmt: skip
    tell_of_curriculum(session, actor, version, step, author=author, at=at)


def _refuse_unfit(session: orm.Session, version: CurriculumVersion) -> None:
    for finding in check_curriculum(curriculum_of(version)):
        if finding.severity is Severity.REFUSED:
            raise Conflict(
                "Nobody could ever meet “%(rule)s” on line %(line)s: %(why)s. Mend the file and import it again.",
                {"rule": finding.rule, "line": str(finding.line), "why": finding.says},
            )
    for other in published(session, version.institution_id, version.curriculum.programme_id):
        _refuse_overlap(version, other)


def _refuse_overlap(version: CurriculumVersion, other: CurriculumVersion) -> None:
    """Two published versions may not claim one student: one without an end gives way to a later one, and one for the
    very same admissions is replaced.
    """
    if version.curriculum_id == other.curriculum_id and admissions_of(version) == admissions_of(other):
        return
    first, second = sorted((version, other), key=lambda version: version.admission_from)
    gives_way = first.admission_to is None and first.admission_from < second.admission_from
    if version.admission.overlaps(other.admission) and not gives_way:
        raise Conflict(
            "Version %(other)s already takes admissions of these terms by these routes; "
            "give this version other terms or routes.",
            {"other": other.version},
        )
