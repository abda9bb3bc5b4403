"""When may both degrees be conferred?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Gate(StrEnum):
    """How far the way to the official transcript is open, and whether it was gone."""

    NOT_MET = "not_met"
    TO_BE_SIGNED = "to_be_signed"
    SIGNED_BY_ONE = "signed_by_one"
    OPEN = "open"
    ISSUED = "issued"
    """A document of the student is in force, whatever has changed since it was issued."""
    REVOKED = "revoked"
    """Signed by both, but the document of this very state was revoked and none is in force."""


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


def settled(gate: Gate, digest: str, papers: Sequence[Paper]) -> Gate:
    """Where a student stands whose gate is this one, with what was issued: only ``OPEN`` means that it may be issued.

    A document that was revoked does not hold back a state that was mended and signed anew.
    """
    if any(not paper.revoked for paper in papers):
        return Gate.ISSUED
    if gate is Gate.OPEN and any(paper.digest == digest for paper in papers):
        return Gate.REVOKED
    return gate


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
