"""What does an institution ask of theses and practice achievements? The part of its profile that says so."""

import re
from collections.abc import Mapping
from fractions import Fraction

from dualdegree.core.source.reading import Place
from dualdegree.core.text import Message
from dualdegree.core.training.theses import AgainRule, CommitteeRule, GateRule, GateSigner, ReviewRule, ThesisRules
from dualdegree.programmes.institutions.procedures import read_text_here

SHARE = re.compile(r"([1-9][0-9]?)/([1-9][0-9]?)", re.ASCII)
SMALLEST = 3
"""No law that is known here lets fewer decide: Degree Law of China, article 26."""


def read_theses(place: Place, institution: str) -> ThesisRules:
    """Kinds, gates, reviews, committee, and what a passed defence yields; raises ``SourceError``."""
    fields = place.fields(("kinds", "gates", "committee", "defence"), ("reviews", "again", "counts"))
    kinds = {kind: read_text_here(title) for kind, title in fields["kinds"].entries().items()}
    counts = fields["counts"].fields((), ("milestone", "course")) if "counts" in fields else {}
    return ThesisRules(
        institution=institution,
        kinds=kinds,
        gates=_gates(fields["gates"], tuple(kinds)),
        reviews=_reviews(fields["reviews"]) if "reviews" in fields else ReviewRule(),
        committee=_committee(fields["committee"]),
        shared=fields["defence"].word(("shared", "own")) == "shared",
        again=_again(fields["again"]) if "again" in fields else None,
        milestone=counts["milestone"].name() if "milestone" in counts else None,
        course=counts["course"].name() if "course" in counts else None,
    )


def _gates(place: Place, kinds: tuple[str, ...]) -> tuple[GateRule, ...]:
    gates: dict[str, GateRule] = {}
    for gate in place.each():
        rule = _gate(gate, kinds)
        if rule.id in gates:
            raise gate.wrong(Message('"%(id)s" is already another gate', {"id": rule.id}))
        gates[rule.id] = rule
    return tuple(gates.values())


def _gate(place: Place, kinds: tuple[str, ...]) -> GateRule:
    fields = place.fields(("id", "title", "signed_by"), ("kinds",))
    signers = tuple(signer.one_of(GateSigner) for signer in fields["signed_by"].one_or_more())
    if not signers:
        raise fields["signed_by"].wrong(Message("somebody has to sign a gate, such as [supervisor, mentor]"))
    return GateRule(
        id=fields["id"].name(),
        title=read_text_here(fields["title"]),
        signed_by=signers,
        kinds=tuple(kind.word(kinds) for kind in fields["kinds"].one_or_more()) if "kinds" in fields else (),
    )


def _reviews(place: Place) -> ReviewRule:
    fields = place.fields(("at_least",), ("in_favour",))
    rule = ReviewRule(
        at_least=fields["at_least"].whole(), in_favour=fields["in_favour"].whole() if "in_favour" in fields else 0
    )
    if rule.in_favour > rule.at_least:
        raise fields["in_favour"].wrong(Message("no more reviews can be in favour than are asked for"))
    return rule


def _committee(place: Place) -> CommitteeRule:
    fields = place.fields(("at_least", "in_favour", "source"), ("of", "external", "supervisors"))
    at_least = fields["at_least"].whole()
    if at_least < SMALLEST:
        raise fields["at_least"].wrong(Message("a committee has at least three members"))
    return CommitteeRule(
        at_least=at_least,
        in_favour=_share(fields["in_favour"]),
        of_all=fields["of"].word(("members", "votes")) == "members" if "of" in fields else True,
        external=fields["external"].whole() if "external" in fields else 0,
        supervisors=fields["supervisors"].flag() if "supervisors" in fields else False,
        source=read_text_here(fields["source"]),
    )


def _share(place: Place) -> Fraction:
    known = SHARE.fullmatch(place.name())
    if known is None or int(known[1]) > int(known[2]):
        raise place.wrong(Message('"%(text)s" is no share of the votes; write it like 2/3', {"text": place.name()}))
    return Fraction(int(known[1]), int(known[2]))


def _again(place: Place) -> AgainRule:
    fields: Mapping[str, Place] = place.fields(("times", "within_days"), ("from_days",))
    rule = AgainRule(
        times=fields["times"].whole(),
        from_days=fields["from_days"].whole() if "from_days" in fields else 0,
        within_days=fields["within_days"].whole(),
    )
    if rule.from_days > rule.within_days:
        raise fields["within_days"].wrong(Message("the time to defend again would end before it begins"))
    return rule
