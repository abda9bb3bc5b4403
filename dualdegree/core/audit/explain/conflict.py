"""Why can the degrees not both be met? The irreducible conflict in words without a language yet."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from dualdegree.core.audit.answer import Blocking
from dualdegree.core.audit.check.holdings import Held
from dualdegree.core.audit.check.recount import Recount, total
from dualdegree.core.audit.explain.requirements import asks, missing
from dualdegree.core.audit.explain.words import Names, courses_in_words, credits_in_words, limit_in_words, name_of
from dualdegree.core.audit.rules import Courses, Credits, Leaf, Requirement
from dualdegree.core.text import Message, Text

Blocked = tuple[Recount, Requirement]


class WhyNot(NamedTuple):
    """Sentences, the most telling first; and the rules of which the last one says that they cannot all hold."""

    sentences: tuple[Message, ...] = ()
    members: tuple[Message, ...] = ()


def conflict(counts: Mapping[str, Recount], names: Names, blocking: Blocking | None) -> WhyNot:
    """Why not; nothing when both degrees are met."""
    if blocking is None:
        return WhyNot()
    nodes = [(counts[degree], counts[degree].tree[node]) for degree, ids in blocking.nodes.items() for node in ids]
    alone = len(nodes) == 1 and not blocking.limits and not blocking.shared_credits
    scarce = tuple(_scarce(nodes, names))
    if alone:
        return WhyNot((*scarce, *_by_itself(*nodes[0])))
    these = Message("These cannot all hold with this record, though they could if any one of them were dropped:")
    return WhyNot((*scarce, these), tuple(_together(counts, nodes, blocking)))


def _by_itself(count: Recount, node: Requirement) -> Iterator[Message]:
    words = {"node": name_of(node), "degree": _title(count)}
    if len(count.case.degrees) > 1:
        yield Message("“%(node)s” (%(degree)s) cannot be met with this record even by itself.", words)
    else:
        yield Message("“%(node)s” cannot be met with this record even by itself.", words)
    if not count.outcomes[node.id].met:
        yield missing(count, node)


def _title(count: Recount) -> Text:
    return count.degree.title or name_of(count.degree.requirements)


def _together(counts: Mapping[str, Recount], nodes: Sequence[Blocked], blocking: Blocking) -> Iterator[Message]:
    """The members, each with its degree where there are two."""
    for count, node in nodes:
        words = {"node": name_of(node), "degree": _title(count), "asks": asks(count, node)}
        if len(counts) > 1:
            yield Message("“%(node)s” (%(degree)s): %(asks)s", words)
        else:
            yield Message("“%(node)s”: %(asks)s", words)
    for name in blocking.limits:
        yield _limit(counts, name)
    agreed = next((count.case.shared_credits for count in counts.values()), None)
    if blocking.shared_credits and agreed is not None:
        yield Message("Both degrees may share at most %(most)s ECTS.", {"most": agreed.at_most})


def _limit(counts: Mapping[str, Recount], name: str) -> Message:
    """A limit that ``degree/limit`` names; either id may itself have a slash."""
    limits = [(count, limit) for count in counts.values() for limit in count.degree.limits]
    count, limit = next(pair for pair in limits if f"{pair[0].degree.id}/{pair[1].id}" == name)
    says = limit_in_words(limit, count.tree.get(limit.within or ""), count.degree.words)
    return Message("%(degree)s: %(says)s", {"degree": _title(count), "says": says}) if len(counts) > 1 else says


def _scarce(nodes: Sequence[Blocked], names: Names) -> Iterator[Message]:
    """That leaves of one kind need more than all that could serve them, where it is so simple."""
    leaves = [node for _, node in nodes if isinstance(node, Credits | Courses)]
    count = nodes[0][0] if nodes else None
    exclusive = len(leaves) == 1 or not any(leaf.overlay for leaf in leaves)
    if count is None or len(leaves) < len(nodes) or len({type(leaf) for leaf in leaves}) != 1 or not exclusive:
        return
    if any(other is not count for other, _ in nodes) or any(_counts_apart(leaf) for leaf in leaves):
        return
    servants = [item for item in count.items.values() if any(_could_serve(count, leaf, item) for leaf in leaves)]
    needed = sum((count.needed(leaf) for leaf in leaves), Decimal(0))
    have = total(servants) if isinstance(leaves[0], Credits) else Decimal(len(servants))
    if have < needed:
        yield _too_few(leaves, needed, have, tuple(names[item.id] for item in servants))


def _counts_apart(leaf: Leaf) -> bool:
    """Whether a leaf counts otherwise than by adding up what serves it."""
    if leaf.at_most_from:
        return True
    return leaf.at_least_percent is not None if isinstance(leaf, Credits) else leaf.distinct is not None


def _could_serve(count: Recount, leaf: Leaf, item: Held) -> bool:
    if count.conferred is not None:
        return item.id in count.outcomes[leaf.id].items
    if (None, item.id) in count.kept_out:
        return False
    return count.may_serve(leaf.id, item) and (leaf.overlay or count.pinned(item.id) <= {leaf.id})


def _too_few(leaves: Sequence[Leaf], needed: Decimal, have: Decimal, servants: tuple[Message, ...]) -> Message:
    in_words = credits_in_words if isinstance(leaves[0], Credits) else courses_in_words
    words = {
        "nodes": tuple(name_of(leaf) for leaf in leaves),
        "needed": in_words(needed),
        "have": in_words(have),
        "courses": servants,
    }
    if not servants:
        return Message("%(nodes)s: %(needed)s needed, and no course of yours can serve.", words)
    if len(leaves) == 1:
        return Message("%(nodes)s: %(needed)s needed, and all that could serve come to %(have)s: %(courses)s.", words)
    return Message(
        "%(nodes)s: %(needed)s needed together, and all that could serve any of them come to %(have)s: %(courses)s.",
        words,
    )
