"""What does every step of a thesis share? One at a time, on the page as it was read, and told to all concerned."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Role
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.core.training.progress import ThesisStage
from dualdegree.history import tell
from dualdegree.programmes.informing import News, inform
from dualdegree.training.theses.models import Thesis
from dualdegree.training.theses.reading import standing
from dualdegree.workflow import turn

HEADS: Mapping[Act, Message] = {
    Act.THESIS_PROPOSED: Message("A thesis was proposed"),
    Act.THESIS_TITLE_CHANGED: Message("The title of a thesis was changed"),
    Act.THESIS_SUPERVISORS_CHANGED: Message("The supervisors of a thesis were changed"),
    Act.THESIS_EMBARGOED: Message("The embargo of a thesis was changed"),
    Act.THESIS_GATE_HANDED_IN: Message("A stage of a thesis waits for your signature"),
    Act.THESIS_GATE_SIGNED: Message("A stage of a thesis was signed"),
    Act.THESIS_GATE_SENT_BACK: Message("A stage of a thesis was sent back"),
    Act.THESIS_REVIEWED: Message("A review of a thesis was entered"),
    Act.THESIS_DEFENDED: Message("The result of a defence is announced"),
    Act.THESIS_CORRECTED: Message("The corrections of a thesis are confirmed"),
    Act.THESIS_ENTERED: Message("A thesis was entered in the record"),
    Act.THESIS_TAKEN_OUT: Message("A thesis was taken out of the record"),
    Act.THESIS_WITHDRAWN: Message("A thesis was withdrawn"),
}
"""What each message is headed with."""
OFFICE = (ThesisStage.REVIEWS, ThesisStage.DEFENCE, ThesisStage.ENTRY)
"""The stages in which a registrar is to act."""


def begin(session: orm.Session, actor: Actor, thesis: Thesis, *, seen: int | None) -> None:
    """Wait for one's turn at the thesis. Raises ``Conflict`` where it has changed since it was read, or is gone."""
    turn(session, actor, thesis, seen=seen)
    if thesis.withdrawn_at is not None:
        raise Conflict("The thesis was withdrawn; propose another.")


def refuse_settled(thesis: Thesis) -> None:
    """Refuse to change what stands in a record and on documents; raises ``Conflict``."""
    if any(defence.entered for defence in thesis.defences):
        raise Conflict("The thesis stands in the record; a registrar has to take it out first.")


def refuse_long(text: str, most: int, about: str) -> None:
    """Refuse a text that is longer than it may be."""
    if len(text) > most:
        raise Refusal("At most %(most)s characters fit here.", {"most": str(most)}, about=about)


def finish(
    session: orm.Session,
    actor: Actor,
    thesis: Thesis,
    act: Act,
    at: dt.datetime,
    *,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    people: Iterable[int | None] | None = None,
) -> None:
    """Note how far the thesis has come, and tell of the step; ``people`` are told, everybody concerned where None."""
    session.flush()
    session.expire(thesis, ["titles", "supervisors", "gates", "reviews", "defences"])
    come = standing(session, thesis)
    thesis.stage, thesis.awaits = come.stage.value, f" {' '.join(come.awaits)} "
    thesis.revision += 1
    session.flush()
    tell(
        session, actor, thesis.subject, act, concerned=thesis.institutions, at=at, reason=reason, before=before,
        after={"student": thesis.student.subject, **(after or {})},
    )  # fmt: skip
    words = {"student": thesis.student.full_name, "title": thesis.title}
    news = News(
        about=thesis.subject,
        act=f"{act}:{thesis.revision}",
        subject=HEADS[act],
        body=Message("It is the thesis of %(student)s: %(title)s.", words),
        link=thesis.link,
    )
    everybody = [thesis.student.person_id, *(row.person_id for row in thesis.supervisors)]
    audience = everybody if people is None else list(people)
    inform(session, actor, news, institution=thesis.institution_id, at=at, people=audience)
    if come.stage in OFFICE:
        for institution in thesis.institutions:
            inform(session, actor, news, institution=institution, at=at, roles=[Role.REGISTRAR])
