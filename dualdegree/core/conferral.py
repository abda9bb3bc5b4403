"""When may both degrees be conferred?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Gate(StrEnum):
    """How far the way to the official transcript is open."""

    NOT_MET = "not_met"
    TO_BE_SIGNED = "to_be_signed"
    SIGNED_BY_ONE = "signed_by_one"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One institution's sign-off as the gate sees it: the digest of the state that was signed."""

    institution: str
    digest: str


def gate(met: Mapping[str, bool], institutions: Sequence[str], digest: str, signatures: Sequence[Signature]) -> Gate:
    """How far the gate is open for a state with this ``digest``.

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
