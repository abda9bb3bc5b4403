"""How does each mentor evaluate on their own form, and how is a panel's evaluation written down?"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.days import day_in
from dualdegree.core.policy import Actor, NotAllowed
from dualdegree.core.refusal import Refusal
from dualdegree.core.training.evaluation import EvaluationForm, PanelMember, refuse_panel
from dualdegree.core.training.parties import TrainingParty
from dualdegree.training.placements.entries import kept, lock_for_writing, sign, tell_of
from dualdegree.training.placements.models import Placement
from dualdegree.training.placements.notices import tell_concerned
from dualdegree.training.placements.standing import EVALUATION, parts_of, profiles, training_at


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenEvaluation:
    """What somebody fills in on an institution's form: aspect → value, and the whole under ``overall``."""

    institution: str
    party: TrainingParty
    values: Mapping[str, str]
    words: str = ""
    members: tuple[PanelMember, ...] = ()


def evaluate(
    session: orm.Session,
    actor: Actor,
    row: Placement,
    given: GivenEvaluation,
    *,
    at: dt.datetime,
) -> None:
    """Evaluate on the institution's form of one's own part; of a panel, its registrar writes down what it gave.

    Raises ``NotAllowed``; ``Refusal``, about the aspect, for
    what the form does not know, before the placement ends, or for a panel that the rule does not allow; ``Conflict``
    once the institution has certified.
    """
    institution, party = given.institution, given.party
    _require_part(actor, row, institution, party)
    profile = profiles(session, [institution])[institution]
    training, today = training_at(profile), day_in(at, profile.time_zone)
    form = training.forms.get(party)
    if form is None:
        raise Refusal("The institution has no form for this evaluation.")
    if party is TrainingParty.PANEL and training.panel is not None:
        refuse_panel(given.members, training.panel)
    content = _content(form, given)
    lock_for_writing(session, row, institution)
    if today <= row.ends_on:
        raise Refusal("The placement lasts until %(day)s; it is evaluated from the day after.", {"day": row.ends_on})
    entry = kept(row, EVALUATION, "", party, institution=institution)
    if entry.content == content and entry.words == given.words.strip():
        return
    before = {"value": entry.content["overall"]} if entry.content else None
    entry.content = content
    sign(entry, actor, at, words=given.words.strip(), on=today)
    tell_of(
        session, actor, row, Act.PLACEMENT_EVALUATED, entry, at=at, before=before, after={"value": content["overall"]}
    )
    tell_concerned(session, actor, row, Act.PLACEMENT_EVALUATED, at)


def _content(form: EvaluationForm, given: GivenEvaluation) -> dict[str, Any]:
    """What was given, as it is kept; raises ``Refusal`` about the aspect that the form does not take."""
    values = {}
    for name in (*(aspect.key for aspect in form.aspects), "overall"):
        try:
            values[name] = form.read(given.values.get(name, ""))
        except Refusal as refusal:
            refusal.about = name
            raise
    return {
        "aspects": {name: value for name, value in values.items() if name != "overall"},
        "overall": values["overall"],
        "members": [[member.name, member.from_enterprise] for member in given.members],
    }


def _require_part(actor: Actor, row: Placement, institution: str, party: TrainingParty) -> None:
    wanted = TrainingParty.REGISTRAR if party is TrainingParty.PANEL else party
    if not any(part == wanted and where in {"", institution} for part, where in parts_of(actor, row)):
        raise NotAllowed("Only whoever the form is for may fill it in.")
