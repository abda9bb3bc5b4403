"""May a document of both degrees be issued, and how far has a student come on the board?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Gate(StrEnum):
    """How far the way to the official transcript is open, by verdicts and sign-offs alone."""

    NOT_MET = "not_met"
    TO_BE_SIGNED = "to_be_signed"
    SIGNED_BY_ONE = "signed_by_one"
    OPEN = "open"


class BoardStage(StrEnum):
    """How far a student has come with both degrees, as the conferral board counts them: each is at one stage."""

    STUDYING = "studying"
    ONE_MET = "one_met"
    """The requirements of one side are met."""
    BOTH_MET = "both_met"
    SIGNED_BY_ONE = "signed_by_one"
    SIGNED_BY_BOTH = "signed_by_both"
    DECIDED = "decided"
    """Both degrees are conferred by the bodies that decide, and no document is in force."""
    ISSUED = "issued"
    """A document is in force that says what the record says."""
    CHANGED = "changed"
    """A document is in force, and the record is another by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffDigest:
    """One institution's sign-off as the gate sees it: the digest of the state that was signed."""

    institution: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One issued document as the gate sees it: the digest of the state that it prints, and whether it was revoked."""

    digest: str
    revoked: bool


def gate(
    met: Mapping[str, bool], institutions: Sequence[str], digest: str, signatures: Sequence[SignOffDigest]
) -> Gate:
    """How far the gate is open for a state with this ``digest``, by the verdicts and signatures alone.

    ``met`` is each degree's own verdict in the official joint audit. A sign-off of any other state is void by itself:
    it is simply not a signature under this one.
    """
    if not met or not all(met.values()):
        return Gate.NOT_MET
    signed = {signature.institution for signature in signatures if signature.digest == digest}
    missing = [institution for institution in institutions if institution not in signed]
    if not missing:
        return Gate.OPEN
    return Gate.SIGNED_BY_ONE if len(missing) < len(institutions) else Gate.TO_BE_SIGNED


SIGNING = {
    Gate.TO_BE_SIGNED: BoardStage.BOTH_MET,
    Gate.SIGNED_BY_ONE: BoardStage.SIGNED_BY_ONE,
    Gate.OPEN: BoardStage.SIGNED_BY_BOTH,
}


def stage(
    way: Gate, met: Mapping[str, bool], conferred: Sequence[bool], digest: str, papers: Sequence[Paper]
) -> BoardStage:
    """The one stage at which the student is: what is furthest wins, and a document in force before everything.

    ``met`` is each degree's verdict, ``conferred`` for each of both institutions whether its degree is conferred.
    """
    in_force = [paper.digest for paper in papers if not paper.revoked]
    if in_force:
        return BoardStage.ISSUED if digest in in_force else BoardStage.CHANGED
    if len(conferred) == 2 and all(conferred):
        return BoardStage.DECIDED
    if way in SIGNING:
        return SIGNING[way]
    return BoardStage.ONE_MET if any(met.values()) else BoardStage.STUDYING


def may_be_issued(way: Gate, digest: str, papers: Sequence[Paper]) -> bool:
    """Whether a document is still to be issued: signed by both, none in force, and none of this very state revoked.

    A document that was revoked does not hold back a state that was mended and signed anew.
    """
    taken = any(not paper.revoked or paper.digest == digest for paper in papers)
    return way is Gate.OPEN and not taken


def was_revoked(digest: str, papers: Sequence[Paper]) -> bool:
    """Whether the document of this very state was revoked, and none is in force."""
    return all(paper.revoked for paper in papers) and any(paper.digest == digest for paper in papers)
