"""How does a thesis go through its gates? Handed in by the student, signed by everybody whom the rules name."""

import datetime as dt

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Conflict, Refusal, Repeated
from dualdegree.core.text import Message
from dualdegree.core.training.theses import ENTERPRISE, StageGate, missing, party_in_words, refuse_out_of_order
from dualdegree.training.theses.models import Thesis, ThesisGate, ThesisSignature
from dualdegree.training.theses.reading import standing
from dualdegree.training.theses.workflow.stepping import begin, finish, refuse_long

LONGEST = 4000


def hand_in(
    session: orm.Session, actor: Actor, thesis: Thesis, gate_id: str, words: str, *, seen: int | None, at: dt.datetime
) -> None:
    """Hand in the next gate, for everybody to sign. Raises ``Refusal`` out of order, ``Conflict``, ``NotAllowed``."""
    require(actor, Permission.WRITE_THESIS, thesis.policy_subject())
    if not words.strip():
        raise Refusal("Say what you hand in, or where it can be read.", about="words")
    refuse_long(words.strip(), LONGEST, "words")
    begin(session, actor, thesis, seen=seen)
    come = standing(session, thesis)
    gate = refuse_out_of_order(come.gates, thesis.standings(), gate_id)
    row = _row(thesis, gate.id)
    if row is not None and row.handed_in:
        waits = tuple(party_in_words(party) for party in missing(gate, row.as_core()))
        raise Conflict("It is handed in already and waits for: %(who)s.", {"who": waits}, about="gate")
    _refuse_unsigned(thesis, gate)
    if row is None:
        row = ThesisGate(thesis_id=thesis.id, gate=gate.id)
        session.add(row)
    row.words, row.handed_in, row.handed_in_at, row.reason = words.strip(), True, at, ""
    signers = [supervisor.person_id for supervisor in thesis.supervisors if supervisor.party in gate.signers]
    finish(session, actor, thesis, Act.THESIS_GATE_HANDED_IN, at, after={"gate": gate.id}, people=signers)


def sign(
    session: orm.Session, actor: Actor, thesis: Thesis, gate_id: str, words: str, *, seen: int | None, at: dt.datetime
) -> None:
    """Sign what was handed in for a gate, for the party for which one supervises.

    Raises ``Refusal`` for somebody who does not sign it, ``Conflict`` where nothing is handed in, ``NotAllowed``.
    """
    require(actor, Permission.SIGN_THESIS, thesis.policy_subject())
    begin(session, actor, thesis, seen=seen)
    gate, row = _to_sign(session, actor, thesis, gate_id)
    refuse_long(words.strip(), LONGEST, "words")
    for party in thesis.party_of(actor.person_id):
        if party in gate.signers:
            row.signatures.append(
                ThesisSignature(party=party, person_id=actor.person_id, signed_at=at, words=words.strip())
            )
    finish(session, actor, thesis, Act.THESIS_GATE_SIGNED, at, after={"gate": gate.id})


def send_back(
    session: orm.Session, actor: Actor, thesis: Thesis, gate_id: str, reason: str, *, seen: int | None, at: dt.datetime
) -> None:
    """Let the student mend what was handed in; everybody signs it anew. Raises as ``sign`` does."""
    require(actor, Permission.SIGN_THESIS, thesis.policy_subject())
    begin(session, actor, thesis, seen=seen)
    gate, row = _to_sign(session, actor, thesis, gate_id)
    if not reason.strip():
        raise Refusal("Say what has to be mended; the student reads it.", about="reason")
    refuse_long(reason.strip(), LONGEST, "reason")
    row.handed_in, row.reason = False, reason.strip()
    row.signatures.clear()
    finish(session, actor, thesis, Act.THESIS_GATE_SENT_BACK, at, reason=reason.strip(), after={"gate": gate.id})


def _row(thesis: Thesis, gate_id: str) -> ThesisGate | None:
    return next((row for row in thesis.gates if row.gate == gate_id), None)


def _refuse_unsigned(thesis: Thesis, gate: StageGate) -> None:
    """Refuse what nobody is there to sign."""
    named = {supervisor.party for supervisor in thesis.supervisors}
    if ENTERPRISE in gate.signers and ENTERPRISE not in named:
        raise Refusal(
            "The mentor from the enterprise signs “%(gate)s”, and none is named. A registrar names one first.",
            {"gate": gate.title},
            about="gate",
        )


def _to_sign(session: orm.Session, actor: Actor, thesis: Thesis, gate_id: str) -> tuple[StageGate, ThesisGate]:
    """The gate and what was handed in for it, which the actor signs and has not signed."""
    gate = next((gate for gate in standing(session, thesis).gates if gate.id == gate_id), None)
    row = _row(thesis, gate_id)
    if gate is None or row is None or not row.handed_in:
        raise Conflict("Nothing is handed in that you could sign; the student hands it in first.")
    parties = set(thesis.party_of(actor.person_id)).intersection(gate.signers)
    if not parties:
        words = {"gate": gate.title, "who": tuple(map(party_in_words, gate.signers))}
        raise Refusal(Message("“%(gate)s” is signed by: %(who)s.", words))
    if parties <= row.as_core().signed:
        raise Repeated("You have signed it already.")
    return gate, row
