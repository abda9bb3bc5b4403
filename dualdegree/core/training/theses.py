"""What does an institution ask of a thesis or practice achievement, and which gates does one of both go through?

Kinds, gates, reviews, committee and votes are data of each institution with their sources; here is what they mean.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import InstitutionName, Message, Text

ENTERPRISE = "enterprise"
"""The party of the enterprise; every other party is the supervisor of the institution with this id."""


class GateSigner(StrEnum):
    """Who signs a gate, as one institution's data name them."""

    SUPERVISOR = "supervisor"
    """Its own supervisor, who is the university's mentor."""
    PARTNER = "partner"
    """The supervisor at the partner."""
    MENTOR = "mentor"
    """The mentor from the enterprise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRule:
    """One stage of a thesis at one institution; ``kinds`` are those that go through it, all where there is none."""

    id: str
    title: Text
    signed_by: tuple[GateSigner, ...]
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRule:
    """How many reviews there are before a defence, and how many of them have to be in favour."""

    at_least: int = 0
    in_favour: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeRule:
    """Who sits on the committee, and how many votes carry its decision.

    ``in_favour`` is a share of all members where ``of_all``, else of the votes for and against. ``external``: how many
    at least come from outside both universities. ``supervisors``: whether a supervisor may be a member.
    """

    at_least: int = 3
    in_favour: Fraction = Fraction(2, 3)
    of_all: bool = True
    external: int = 0
    supervisors: bool = False
    source: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainRule:
    """How often a thesis that was not passed is defended again, and how many days after the defence before."""

    times: int
    from_days: int
    within_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThesisRules:
    """What one institution asks; ``shared``: a defence before one committee serves the partner's degree as well.

    ``milestone`` and ``course`` are what a passed defence yields in its curriculum; ``again`` is None where nothing is
    defended twice.
    """

    institution: str
    kinds: Mapping[str, Text]
    gates: tuple[GateRule, ...]
    reviews: ReviewRule
    committee: CommitteeRule
    shared: bool
    again: AgainRule | None
    milestone: str | None
    course: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageGate:
    """One stage of a thesis with everybody who signs it: ids of institutions, for their supervisors, or the enterprise.

    ``institutions`` are those that ask for it.
    """

    id: str
    title: Text
    signers: tuple[str, ...]
    institutions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateStanding:
    """How far a gate has come: handed in, and by which parties it is signed."""

    gate: str
    handed_in: bool = False
    signed: frozenset[str] = frozenset()


def kinds_of(rules: Iterable[ThesisRules]) -> Mapping[str, Text]:
    """What both institutions take: a kind that one of them does not know serves only half of the programme."""
    every = list(rules)
    if not every:
        return {}
    return {kind: title for kind, title in every[0].kinds.items() if all(kind in other.kinds for other in every)}


def gates_of(kind: str, rules: Sequence[ThesisRules]) -> tuple[StageGate, ...]:
    """The gates of both institutions in one order; a gate that both ask for is one gate that more have to sign.

    Each gate stands behind the one that precedes it at its own institution; where the two orders contradict each
    other, that of the institution named first holds.
    """
    order: list[str] = []
    for side in rules:
        at = 0
        for rule in _of_kind(kind, side):
            if rule.id in order:
                at = order.index(rule.id) + 1
            else:
                order.insert(at, rule.id)
                at += 1
    return tuple(_gate(id_, kind, rules) for id_ in order)


def _of_kind(kind: str, side: ThesisRules) -> tuple[GateRule, ...]:
    return tuple(rule for rule in side.gates if not rule.kinds or kind in rule.kinds)


def _gate(id_: str, kind: str, rules: Sequence[ThesisRules]) -> StageGate:
    asked = [(side, rule) for side in rules for rule in _of_kind(kind, side) if rule.id == id_]
    parties = {party for side, rule in asked for party in _parties(side, rule, rules)}
    return StageGate(
        id=id_,
        title=asked[0][1].title,
        signers=tuple(sorted(parties, key=lambda party: (party == ENTERPRISE, party))),
        institutions=tuple(side.institution for side, _ in asked),
    )


def _parties(side: ThesisRules, rule: GateRule, rules: Sequence[ThesisRules]) -> Iterable[str]:
    for signer in rule.signed_by:
        match signer:
            case GateSigner.SUPERVISOR:
                yield side.institution
            case GateSigner.PARTNER:
                yield from (other.institution for other in rules if other is not side)
            case GateSigner.MENTOR:
                yield ENTERPRISE


def party_in_words(party: str) -> Message:
    """Who signs for a party."""
    if party == ENTERPRISE:
        return Message("the mentor from the enterprise")
    return Message("the supervisor of %(institution)s", {"institution": InstitutionName(party)})


def missing(gate: StageGate, standing: GateStanding | None) -> tuple[str, ...]:
    """The parties that have not signed the gate."""
    signed = standing.signed if standing else frozenset()
    return tuple(party for party in gate.signers if party not in signed)


def is_passed(gate: StageGate, standing: GateStanding | None) -> bool:
    """Whether the gate was handed in and everybody has signed it."""
    return standing is not None and standing.handed_in and not missing(gate, standing)


def next_gate(gates: Sequence[StageGate], standings: Mapping[str, GateStanding]) -> StageGate | None:
    """The first gate that is not passed; None where all are."""
    return next((gate for gate in gates if not is_passed(gate, standings.get(gate.id))), None)


def refuse_out_of_order(gates: Sequence[StageGate], standings: Mapping[str, GateStanding], wanted: str) -> StageGate:
    """The gate that is wanted, which has to be the next one; raises ``Refusal`` and ``Conflict``."""
    gate = next((gate for gate in gates if gate.id == wanted), None)
    if gate is None:
        raise Refusal("This thesis goes through no such gate; choose one of the list.", about="gate")
    if is_passed(gate, standings.get(gate.id)):
        raise Conflict(Message("“%(gate)s” is signed by everybody already.", {"gate": gate.title}), about="gate")
    before = next_gate(gates, standings)
    if before is not None and before is not gate:
        raise Refusal(out_of_order(gate.title, before, standings.get(before.id)), about="gate")
    return gate


def refuse_open_gates(
    gates: Sequence[StageGate], standings: Mapping[str, GateStanding], institutions: Iterable[str]
) -> None:
    """Refuse a defence while a gate that one of these institutions asks for is open; raises ``Refusal``."""
    own = set(institutions)
    for gate in gates:
        if own.intersection(gate.institutions) and not is_passed(gate, standings.get(gate.id)):
            raise Refusal(out_of_order(Message("Defence"), gate, standings.get(gate.id)))


def out_of_order(what: Text | Message, before: StageGate, standing: GateStanding | None) -> Message:
    """Why it is not time for ``what``: the gate before it was not handed in, or somebody has not signed it."""
    words = {"what": what, "gate": before.title}
    if standing is None or not standing.handed_in:
        return Message("“%(what)s” comes after “%(gate)s”, which has not been handed in yet.", words)
    who = {**words, "who": tuple(party_in_words(party) for party in missing(before, standing))}
    return Message("“%(what)s” comes after “%(gate)s”, which still has to be signed by: %(who)s.", who)
