"""Through which gates does a thesis of two institutions go, and in which order?"""

import pytest

from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.training.theses import (
    ENTERPRISE,
    GateStanding,
    gates_of,
    kinds_of,
    next_gate,
    refuse_open_gates,
    refuse_out_of_order,
)
from tests.core.training.rules import EAST, EASTERN, WEST, WESTERN

TOPIC = GateStanding(gate="topic", handed_in=True, signed=frozenset({EAST, WEST}))


def gates():
    return gates_of("thesis", (EASTERN, WESTERN))


def test_a_thesis_goes_through_the_gates_of_both_institutions_each_in_its_own_order():
    assert [gate.id for gate in gates()] == ["topic", "permission", "proposal", "mid_term"]


def test_a_gate_that_both_ask_for_is_signed_by_everybody_whom_one_of_them_names():
    topic, permission, proposal, _ = gates()

    assert topic.signers == (EAST, WEST)
    assert permission.signers == (WEST,)
    assert proposal.signers == (EAST, ENTERPRISE)


def test_a_gate_of_one_kind_is_no_gate_of_another():
    assert [gate.id for gate in gates_of("software", (EASTERN,))][-1] == "acceptance"
    assert [gate.id for gate in gates_of("thesis", (EASTERN,))][-1] == "mid_term"


def test_only_a_kind_that_both_institutions_know_can_be_chosen():
    assert list(kinds_of((EASTERN, WESTERN))) == ["thesis"]
    assert list(kinds_of((EASTERN,))) == ["thesis", "software"]


def test_a_gate_signed_by_one_alone_is_still_the_next():
    half = GateStanding(gate="topic", handed_in=True, signed=frozenset({EAST}))

    assert next_gate(gates(), {"topic": half}).id == "topic"
    assert next_gate(gates(), {"topic": TOPIC}).id == "permission"


def test_a_gate_out_of_order_is_refused_with_the_one_before_it_and_who_has_not_signed():
    half = GateStanding(gate="topic", handed_in=True, signed=frozenset({EAST}))

    with pytest.raises(Refusal) as refused:
        refuse_out_of_order(gates(), {"topic": half}, "permission")

    assert str(refused.value) == (
        "“Permission to defend” comes after “Topic”, which still has to be signed by: the supervisor of west.example."
    )
    assert refused.value.about == "gate"


def test_a_gate_that_everybody_signed_is_not_handed_in_again():
    with pytest.raises(Conflict, match="signed by everybody already"):
        refuse_out_of_order(gates(), {"topic": TOPIC}, "topic")


def test_a_gate_that_no_institution_asks_for_is_refused():
    with pytest.raises(Refusal, match="goes through no such gate"):
        refuse_out_of_order(gates(), {}, "party")


def test_a_defence_waits_for_the_gates_of_the_institution_that_it_serves_and_for_no_others():
    permission = GateStanding(gate="permission", handed_in=True, signed=frozenset({WEST}))
    standings = {"topic": TOPIC, "permission": permission}

    refuse_open_gates(gates(), standings, [WEST])
    with pytest.raises(Refusal, match="“Defence” comes after “Proposal”, which has not been handed in yet"):
        refuse_open_gates(gates(), standings, [EAST])
