"""How do other offices name institutions and texts, find them, and link to what they would change?"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree.core.approval import State
from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.core.policy import Actor, Permission, Role, may
from dualdegree.core.refusal import Absent
from dualdegree.core.text import Message, Text
from dualdegree.db import db
from dualdegree.programmes import service
from dualdegree.programmes.approving import ApprovalStanding, standings
from dualdegree.programmes.models import AgreementVersion, CurriculumVersion, OfBoth
from dualdegree.programmes.texts import curriculum_of
from dualdegree.web import access
from dualdegree.web.clock import now

IN_FORCE: dict[State, tuple[str, Message]] = {
    State.DRAFT: ("neutral", Message("Draft")),
    State.IN_FORCE: ("met", Message("In force")),
    State.REPLACED: ("void", Message("Replaced")),
}
"""The states of a text of both institutions, as a shape and a word; while one has approved it, it waits for the other.
"""
PUBLISHED: dict[State, tuple[str, Message]] = {
    State.DRAFT: ("neutral", Message("Draft")),
    State.SUBMITTED: ("pending", Message("Submitted for publication")),
    State.IN_FORCE: ("met", Message("Published")),
    State.REPLACED: ("void", Message("Replaced")),
}
"""The states of a version of a curriculum as a shape and a word."""


def approval_in_words(standing: ApprovalStanding, called: Mapping[str, Text]) -> tuple[str, Message]:
    """How far a text of both institutions has come, as a shape and a word."""
    if standing.state is State.AWAITING_PARTNER:
        return "pending", Message("Waits for %(institution)s", {"institution": called[standing.awaits[0]]})
    return IN_FORCE[standing.state]


def publication_in_words(state: State) -> tuple[str, Message]:
    """How far a version of a curriculum has come, as a shape and a word."""
    return PUBLISHED[state]


def find_agreement(session: orm.Session, agreement_id: int) -> AgreementVersion:
    """The version of an agreement; raises ``Absent``."""
    version = session.get(AgreementVersion, agreement_id)
    if version is None:
        raise Absent("There is no such agreement.")
    return version


def find_own_curriculum(session: orm.Session, version_id: int) -> CurriculumVersion:
    """The version of a curriculum, which is its own institution's business; raises ``Absent``."""
    version = session.get(CurriculumVersion, version_id)
    if version is None:
        raise Absent("There is no such curriculum.")
    return version


def names(session: orm.Session) -> Mapping[str, Text]:
    """The name of every institution by its id."""
    return {institution.id: institution.names for institution in service.institutions(session)}


def words_of(session: orm.Session, programme: str) -> Mapping[str, Text]:
    """What the curricula of a programme call their tags and milestones; of several names the newest version's."""
    versions = service.curriculum_versions(session, [programme])
    return {tag: words for version in reversed(versions) for tag, words in curriculum_of(version).degree.words.items()}


def version_called(version: CurriculumVersion | Curriculum) -> Message:
    """A version of a curriculum by its title, with the name that it has in files."""
    text = curriculum_of(version) if isinstance(version, CurriculumVersion) else version
    return Message("%(title)s (%(version)s)", {"title": text.title, "version": text.version})


def version_chosen(version: CurriculumVersion) -> Message:
    """The same where it is one of a list to choose from: what tells it from the others comes first."""
    words = {"version": version.version, "title": curriculum_of(version).title}
    return Message("%(version)s – %(title)s", words)


def programme_called(programme_id: str) -> Text | str:
    """A programme by its title, wherever a page has no more than its id."""
    return service.programme_titles(db.session()).get(programme_id) or programme_id


def whose_turn(session: orm.Session, actor: Actor, document: OfBoth) -> str | None:
    """The party for which this person could approve the text now, if any."""
    awaited = standings(session, [document])[document.subject].awaits
    return next((party for party in actor.institutions(Role.REGISTRAR) if party in awaited), None)


def effect_of(document: CurriculumVersion | OfBoth, needs: Permission, endpoint: str, **values: Any) -> str | None:
    """The address of the page that shows what the text does to students, for whoever may open it.

    The office of audits shows it, which stands above this one and may not be there.
    """
    known = endpoint in current_app.view_functions
    return url_for(endpoint, **values) if known and may(access.signed_in(), needs, document.policy_subject()) else None


def approval(document: OfBoth, read: str, approve: Callable[..., State]) -> str:
    """Approve the text that was read for the own institution, and what has come of it. Raises as ``approve`` does."""
    session, actor = db.session(), access.signed_in()
    own = whose_turn(session, actor, document) or actor.institution or ""
    if approve(session, actor, document, institution_id=own, at=now(), digest=read) is State.IN_FORCE:
        return str(_("Approved. Both institutions have approved this text: it is in force."))
    return str(_("Approved. It comes into force when the other institution approves this very text."))
