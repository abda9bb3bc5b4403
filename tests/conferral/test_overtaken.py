"""What changed since a document was issued is kept with it, in the transaction of the act, and for good."""

import re

import pytest
import sqlalchemy as sa

from dualdegree import stakes
from dualdegree.conferral import service
from dualdegree.conferral.models import DocumentChange
from dualdegree.core.acts import Act
from dualdegree.messages.wording import restored
from dualdegree.stakes import Changed
from dualdegree.transcript.service import revoke
from tests.graduates import ALSO_READY, LATER, content, text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH


@pytest.fixture
def issued(graduates):
    """Mei's official transcript."""
    graduates.sign()
    return graduates.issue()


def facts(graduates, document):
    query = sa.select(DocumentChange).where(DocumentChange.document_id == document.id).order_by(DocumentChange.id)
    return graduates.session.scalars(query).all()


def words(fact):
    return [str(restored(message)) for message in fact.changes]


def acts(graduates, document):
    return [fact.act for fact in facts(graduates, document)]


def test_a_changed_grade_is_kept_with_what_changed_when_and_by_whose_act(graduates, issued):
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    (fact,) = facts(graduates, issued)

    assert (fact.act, fact.at, fact.institution_id) == ("grades imported", LATER, NORTH)
    assert fact.actor == graduates.registrar(NORTH).reference
    assert words(fact)[0].endswith("grade was 78 and is now 79.")
    assert fact.digest == graduates.standing().state.digest
    assert issued.revoked_at is None


def test_several_changes_are_several_facts_and_a_repeat_is_none(graduates, issued):
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",80,")
    (first, second) = facts(graduates, issued)
    whose = frozenset({issued.student_id})

    for _again in range(2):
        stakes.changed(
            graduates.session,
            Changed(
                act=Act.GRADES_IMPORTED,
                actor=graduates.registrar(NORTH),
                at=LATER,
                institutions=(NORTH,),
                students=whose,
            ),
        )

    assert facts(graduates, issued) == [first, second]
    assert first.digest != second.digest


def test_a_change_of_somebody_else_s_record_is_no_fact_of_this_document(graduates, issued):
    graduates.sign(ALSO_READY)
    other = graduates.issue(ALSO_READY)

    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    assert (len(facts(graduates, issued)), facts(graduates, other)) == (1, [])


def test_a_document_that_was_revoked_gathers_no_more_facts(graduates, issued):
    revoke(graduates.session, graduates.registrar(NORTH), issued, "Wrong name", NOW)

    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    assert facts(graduates, issued) == []


def test_a_withdrawn_sign_off_is_kept_though_the_record_is_the_same(graduates, issued):
    service.withdraw(
        graduates.session, graduates.registrar(SOUTH), graduates.student(), institution=SOUTH, reason="Wrong", at=LATER
    )

    (fact,) = facts(graduates, issued)

    assert (fact.act, fact.digest, fact.institution_id) == ("sign-off withdrawn", issued.state_digest, SOUTH)
    assert words(fact) == ["Southhill University has withdrawn its sign-off."]


def test_another_agreement_is_a_change_of_every_document(graduates, issued):
    graduates.agreement(text("agreement.yaml").replace('version: "1"', 'version: "2"').replace('"18"', '"24"'))

    assert acts(graduates, issued) == ["agreement approved"]


def test_a_profile_is_a_change_only_where_it_says_something_else_on_the_document(graduates, issued):
    profile = content("south/institution.yaml").decode()
    graduates.take("institution", SOUTH, profile + "\n# A remark that nobody prints.\n")
    assert acts(graduates, issued) == []

    graduates.take("institution", SOUTH, re.sub("Southhill University", "Southhill Technical University", profile))

    assert acts(graduates, issued) == ["profile saved"]


@pytest.mark.parametrize("statement", ["UPDATE document_change SET act = 'nothing'", "DELETE FROM document_change"])
def test_the_database_itself_keeps_what_was_kept(graduates, issued, statement):
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")
    graduates.session.commit()

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), graduates.session.begin_nested():
        graduates.session.execute(sa.text(statement))

    assert graduates.session.scalar(sa.select(sa.func.count(DocumentChange.id))) == 1


def test_what_is_rolled_back_leaves_no_fact(graduates, issued):
    graduates.session.commit()
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    graduates.session.rollback()

    assert facts(graduates, issued) == []
