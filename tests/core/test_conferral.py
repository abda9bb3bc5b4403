"""The gate: both audits met, both registrars signed off this very state."""

from dualdegree.core.conferral import Gate, Paper, SignOffDigest, gate, settled

BOTH = ("buaa.edu.cn", "upv.es")
MET = {"buaa": True, "upv": True}


def signed(institution, digest="today"):
    return SignOffDigest(institution=institution, digest=digest)


def test_one_degree_not_met_keeps_the_gate_shut_whatever_was_signed():
    signatures = [signed("buaa.edu.cn"), signed("upv.es")]

    assert gate({"buaa": True, "upv": False}, BOTH, "today", signatures) is Gate.NOT_MET


def test_both_institutions_open_the_gate_by_signing_the_same_state():
    assert gate(MET, BOTH, "today", []) is Gate.TO_BE_SIGNED
    assert gate(MET, BOTH, "today", [signed("upv.es")]) is Gate.SIGNED_BY_ONE
    assert gate(MET, BOTH, "today", [signed("upv.es"), signed("buaa.edu.cn")]) is Gate.OPEN


def test_a_sign_off_of_yesterdays_state_is_void():
    assert gate(MET, BOTH, "today", [signed("upv.es", "yesterday"), signed("buaa.edu.cn")]) is Gate.SIGNED_BY_ONE


def test_two_sign_offs_of_one_institution_do_not_make_two():
    assert gate(MET, BOTH, "today", [signed("upv.es"), signed("upv.es")]) is Gate.SIGNED_BY_ONE


def test_only_who_has_no_document_may_be_issued_one():
    in_force, revoked = Paper(digest="today", revoked=False), Paper(digest="today", revoked=True)

    assert settled(Gate.OPEN, "today", []) is Gate.OPEN
    assert settled(Gate.OPEN, "today", [in_force]) is Gate.ISSUED
    assert settled(Gate.OPEN, "today", [revoked]) is Gate.REVOKED
    assert settled(Gate.OPEN, "today", [revoked, in_force]) is Gate.ISSUED


def test_a_document_in_force_stays_so_when_the_record_changes():
    paper = Paper(digest="yesterday", revoked=False)

    assert settled(Gate.TO_BE_SIGNED, "today", [paper]) is Gate.ISSUED


def test_a_state_that_was_mended_after_a_revocation_may_be_issued():
    paper = Paper(digest="yesterday", revoked=True)

    assert settled(Gate.OPEN, "today", [paper]) is Gate.OPEN
    assert settled(Gate.SIGNED_BY_ONE, "today", [paper]) is Gate.SIGNED_BY_ONE
