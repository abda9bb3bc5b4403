"""How is a thesis told: how far it has come, whom it waits for, and what the reader may do next?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from dualdegree.core.policy import Actor, Permission, may
from dualdegree.core.text import Message
from dualdegree.core.training.defences import CommitteeMember, DefenceOutcome
from dualdegree.core.training.progress import ThesisStage
from dualdegree.core.training.theses import missing, party_in_words
from dualdegree.training.theses.models import Thesis
from dualdegree.training.theses.reading import ThesisStanding

STAGES: Mapping[ThesisStage, tuple[str, Message]] = {
    ThesisStage.GATES: ("pending", Message("In its stages")),
    ThesisStage.REVIEWS: ("pending", Message("To be reviewed")),
    ThesisStage.CORRECTIONS: ("partial", Message("To be corrected")),
    ThesisStage.DEFENCE: ("pending", Message("To be defended")),
    ThesisStage.ENTRY: ("partial", Message("Passed: to be entered")),
    ThesisStage.COUNTED: ("met", Message("Passed and entered")),
    ThesisStage.NOT_PASSED: ("unmet", Message("Not passed")),
}
"""Each stage as a shape and a word."""
OUTCOMES: Mapping[DefenceOutcome, tuple[str, Message]] = {
    DefenceOutcome.PASSED: ("met", Message("Passed")),
    DefenceOutcome.TO_CORRECT: ("partial", Message("Not passed: to be corrected and defended again")),
    DefenceOutcome.NOT_PASSED: ("unmet", Message("Not passed")),
}
"""Each outcome of a defence as a shape and a word."""
GATES: Mapping[str, tuple[str, Message]] = {
    "passed": ("met", Message("Signed by everybody")),
    "waiting": ("pending", Message("Handed in")),
    "returned": ("partial", Message("Sent back")),
    "open": ("neutral", Message("Not handed in")),
}
"""Each state of a gate as a shape and a word."""


PARTS = {
    "member": Message("member"),
    "chair": Message("chair"),
    "external": Message("external member"),
    "external_chair": Message("chair, external"),
}
"""What a member of a committee is."""


def part_in_words(member: CommitteeMember) -> Message:
    """What one member of a committee is."""
    if member.chair:
        return PARTS["external_chair" if member.external else "chair"]
    return PARTS["external" if member.external else "member"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThesisAction:
    """Something that the reader may do now: its words, its address, and whether it is what the thesis waits for."""

    words: Message
    url: str
    first: bool = False


def waits_for(come: ThesisStanding) -> Message | None:
    """Whom the thesis waits for; None where for nobody."""
    match come.stage:
        case ThesisStage.GATES if come.awaits:
            return Message("%(who)s", {"who": tuple(map(party_in_words, come.awaits))})
        case ThesisStage.GATES:
            return Message("the student, who hands in “%(gate)s”", {"gate": come.gate.title if come.gate else {}})
        case ThesisStage.REVIEWS:
            return Message("its reviewers; a registrar enters their reviews")
        case ThesisStage.CORRECTIONS:
            return Message("the student, whose corrections a supervisor confirms")
        case ThesisStage.DEFENCE:
            return Message("its defence, which a registrar records")
        case ThesisStage.ENTRY:
            return Message("a registrar, who enters it")
        case _:
            return None


def gate_state(thesis: Thesis, come: ThesisStanding, gate_id: str) -> str:
    """The state of a gate, as ``GATES`` names it."""
    row = next((row for row in thesis.gates if row.gate == gate_id), None)
    gate = next(gate for gate in come.gates if gate.id == gate_id)
    if row is None:
        return "open"
    if not row.handed_in:
        return "returned"
    return "waiting" if missing(gate, row.as_core()) else "passed"


def actions_for(actor: Actor, thesis: Thesis, come: ThesisStanding) -> Sequence[ThesisAction]:
    """What the reader may do now, what it waits for first."""
    if thesis.withdrawn_at is not None:
        return ()
    return (*_of_writer(actor, thesis, come), *_of_signer(actor, thesis, come), *_of_office(actor, thesis, come))


def _of_writer(actor: Actor, thesis: Thesis, come: ThesisStanding) -> Sequence[ThesisAction]:
    if not may(actor, Permission.WRITE_THESIS, thesis.policy_subject()):
        return ()
    actions = []
    if come.gate is not None and not come.awaits and come.stage is ThesisStage.GATES:
        words = Message("Hand in “%(gate)s”", {"gate": come.gate.title})
        url = url_for("theses.hand_in", thesis_id=thesis.id, gate=come.gate.id)
        own = actor.person_id == thesis.student.person_id
        actions.append(ThesisAction(words=words, url=url, first=own))
    if not _is_settled(thesis):
        actions += [
            ThesisAction(words=Message("Change the title"), url=url_for("theses.rename", thesis_id=thesis.id)),
            ThesisAction(words=Message("Withdraw the thesis"), url=url_for("theses.withdraw", thesis_id=thesis.id)),
        ]
    return actions


def _of_signer(actor: Actor, thesis: Thesis, come: ThesisStanding) -> Sequence[ThesisAction]:
    if not may(actor, Permission.SIGN_THESIS, thesis.policy_subject()):
        return ()
    actions = []
    if come.gate is not None and set(thesis.party_of(actor.person_id)).intersection(come.awaits):
        words = Message("Sign “%(gate)s”, or send it back", {"gate": come.gate.title})
        url = url_for("theses.sign", thesis_id=thesis.id, gate=come.gate.id)
        actions.append(ThesisAction(words=words, url=url, first=True))
    for defence in thesis.defences:
        if DefenceOutcome.TO_CORRECT.value in defence.results.values() and defence.corrected_on is None:
            url = url_for("theses.corrected", defence_id=defence.id)
            actions.append(ThesisAction(words=Message("Confirm the corrections"), url=url, first=True))
    return actions


def _of_office(actor: Actor, thesis: Thesis, come: ThesisStanding) -> Sequence[ThesisAction]:
    if not may(actor, Permission.RECORD_DEFENCE, thesis.policy_subject()):
        return ()
    actions = [*_of_record(actor, thesis, come)]
    if come.stage in {ThesisStage.GATES, ThesisStage.REVIEWS, ThesisStage.CORRECTIONS, ThesisStage.DEFENCE}:
        url = url_for("theses.review", thesis_id=thesis.id)
        actions.append(ThesisAction(words=Message("Enter a review"), url=url, first=come.stage is ThesisStage.REVIEWS))
    if ThesisStage.DEFENCE in come.stages.values():
        url = url_for("theses.defend", thesis_id=thesis.id)
        actions.append(ThesisAction(words=Message("Record the defence"), url=url, first=True))
    if not _is_settled(thesis):
        url = url_for("theses.supervisors", thesis_id=thesis.id)
        actions.append(ThesisAction(words=Message("Change the supervisors"), url=url))
    url = url_for("theses.embargo", thesis_id=thesis.id)
    return [*actions, ThesisAction(words=Message("Set or lift an embargo"), url=url)]


def _of_record(actor: Actor, thesis: Thesis, come: ThesisStanding) -> Sequence[ThesisAction]:
    """What a registrar of one of the institutions may enter there, and take out again."""
    actions = []
    for institution, stage in come.stages.items():
        last = next(iter(reversed(thesis.held_for(institution))), None)
        if last is None or not may(actor, Permission.RECORD_DEFENCE, thesis.subject_at(institution)):
            continue
        if stage is ThesisStage.ENTRY:
            url = url_for("theses.enter", defence_id=last.id)
            actions.append(ThesisAction(words=Message("Enter it in the record"), url=url, first=True))
        elif stage is ThesisStage.COUNTED:
            url = url_for("theses.take_out", defence_id=last.id)
            actions.append(ThesisAction(words=Message("Take it out of the record"), url=url))
    return actions


def _is_settled(thesis: Thesis) -> bool:
    return any(defence.entered for defence in thesis.defences)
