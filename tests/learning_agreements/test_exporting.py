"""A stay as other systems read it: its signed versions, with credits in ECTS and the names of those who signed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.learning_agreements import service as stays
from dualdegree.learning_agreements.content import total
from dualdegree.learning_agreements.exporting import mobility_of
from dualdegree.learning_agreements.formats.ewp import written as as_xml
from dualdegree.requests.wanted import Wish
from tests.graduates import text
from tests.learning_agreements.test_stays import STAY, in_force, step
from tests.learning_agreements.test_stays import written as propose
from tests.programmes.papers import NORTH, SOUTH
from tests.requests import Desk
from tests.schemas import schema

MORE = replace(STAY, recognised=(*STAY.recognised, Wish(course=None, tag="optional", credits=Decimal(2))))


@pytest.fixture
def desk(graduates) -> Desk:
    return Desk(graduates)


def test_an_agreement_in_force_is_exported_with_all_three_signatures_in_ects(desk):
    agreement = in_force(desk)

    mobility = mobility_of(desk.session, agreement)

    assert (mobility.sending.institution, mobility.receiving.institution) == (SOUTH, NORTH)
    assert [(study.code, study.term) for study in mobility.first.studied] == [("N6", "2027-1"), ("N4", "2027-2")]
    assert [wish.ects for wish in mobility.first.recognised] == [Decimal(6)]
    assert sum(study.ects for study in mobility.first.studied) != total(agreement.studied), "north's credit is no ECTS"
    assert (mobility.first.sending.name, mobility.first.receiving.name) == ("Endorser", "Confirmer")
    assert (mobility.now, mobility.proposed) == (None, None)


def test_a_version_that_the_receiving_side_has_not_signed_is_a_proposal(desk):
    first = in_force(desk)
    second = propose(desk, MORE)
    step(desk, stays.accept, "mei", second)
    step(desk, stays.endorse, "endorser", second)

    mobility = mobility_of(desk.session, second)

    assert (mobility.first.digest, mobility.proposed.digest) == (first.digest, second.digest)
    assert mobility.proposed.receiving is None
    assert mobility.id == mobility_of(desk.session, first).id


def test_a_stay_is_valid_xml_at_every_stage(desk):
    las = schema("elmo-ewp/ewp-specs-api-omobility-las-v1.2.0/endpoints/get-response.xsd")
    in_force(desk)
    second = propose(desk, MORE)
    step(desk, stays.accept, "mei", second)
    step(desk, stays.endorse, "endorser", second)
    las.assertValid(etree.fromstring(as_xml(mobility_of(desk.session, second))))

    step(desk, stays.confirm, "confirmer", second)

    document = etree.fromstring(as_xml(mobility_of(desk.session, second)))
    las.assertValid(document)
    assert [element.get("status") for element in document.iterfind(".//{*}approved-changes//{*}component")] == [
        "inserted"
    ]


def test_what_nobody_has_signed_is_not_exported(desk):
    with pytest.raises(Conflict, match="Nobody but the student has signed"):
        mobility_of(desk.session, propose(desk))


def test_a_profile_that_says_nothing_of_stays_is_named_with_the_remedy(desk):
    agreement = in_force(desk)
    desk.graduates.take("institution", NORTH, text("north/institution.yaml").partition("mobility:")[0])

    with pytest.raises(Refusal, match=r"says nothing of stays \(mobility: unit, contact, isced"):
        mobility_of(desk.session, agreement)
