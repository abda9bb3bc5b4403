"""The gate: both audits met, both registrars signed off this very state."""

import pytest

from dualdegree.core.conferral.gate import (
    BoardStage,
    Gate,
    Paper,
    SignOffDigest,
    gate,
    may_be_issued,
    stage,
    was_revoked,
)

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

    assert may_be_issued(Gate.OPEN, "today", [])
    assert not may_be_issued(Gate.OPEN, "today", [in_force])
    assert not may_be_issued(Gate.OPEN, "today", [revoked])
    assert not may_be_issued(Gate.SIGNED_BY_ONE, "today", [])


def test_a_document_in_force_of_another_state_still_keeps_its_holder_off_the_list():
    assert not may_be_issued(Gate.OPEN, "today", [Paper(digest="yesterday", revoked=False)])


def test_a_state_that_was_mended_after_a_revocation_may_be_issued():
    paper = Paper(digest="yesterday", revoked=True)

    assert may_be_issued(Gate.OPEN, "today", [paper])
    assert not was_revoked("today", [paper])


def test_a_revoked_document_is_told_until_another_is_in_force():
    revoked, in_force = Paper(digest="today", revoked=True), Paper(digest="today", revoked=False)

    assert was_revoked("today", [revoked])
    assert not was_revoked("today", [revoked, in_force])
    assert not was_revoked("today", [])


@pytest.mark.parametrize(
    ("way", "met", "conferred", "expected"),
    [
        (Gate.NOT_MET, (False, False), (False, False), BoardStage.STUDYING),
        (Gate.NOT_MET, (True, False), (False, False), BoardStage.ONE_MET),
        (Gate.NOT_MET, (True, False), (True, False), BoardStage.ONE_MET),
        (Gate.TO_BE_SIGNED, (True, True), (False, False), BoardStage.BOTH_MET),
        (Gate.SIGNED_BY_ONE, (True, True), (True, False), BoardStage.SIGNED_BY_ONE),
        (Gate.OPEN, (True, True), (True, False), BoardStage.SIGNED_BY_BOTH),
        (Gate.OPEN, (True, True), (True, True), BoardStage.DECIDED),
        (Gate.TO_BE_SIGNED, (True, True), (True, True), BoardStage.DECIDED),
    ],
)
def test_each_student_is_at_one_stage(way, met, conferred, expected):
    verdicts = dict(zip(("buaa", "upv"), met, strict=True))

    assert stage(way, verdicts, conferred, "today", []) is expected


def test_a_document_in_force_is_the_last_stage_and_says_whether_the_record_is_another():
    paper = Paper(digest="today", revoked=False)

    assert stage(Gate.OPEN, MET, (True, True), "today", [paper]) is BoardStage.ISSUED
    assert stage(Gate.TO_BE_SIGNED, MET, (True, True), "tomorrow", [paper]) is BoardStage.CHANGED
    assert stage(Gate.NOT_MET, {"buaa": False}, (False,), "tomorrow", [paper]) is BoardStage.CHANGED
