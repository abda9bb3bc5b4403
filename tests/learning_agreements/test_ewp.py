"""Learning agreements as EWP XML: valid against the published schema, and saying what was agreed."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dualdegree.learning_agreements.formats.ewp import (
    LAS,
    Component,
    Contact,
    EwpMobility,
    EwpSignature,
    Party,
    Pupil,
    Version,
    written,
)
from tests.schemas import schema

AT = dt.datetime(2026, 5, 4, 9, 30, tzinfo=dt.UTC)
HERE = {"las": LAS}
SIGNED = EwpSignature(at=AT, name="Zhao Wei", position="Advisor", email="zhao@north.example")
NETWORKS = Component(code="S12", title="Networks", term="2026-1", ects=Decimal("4.5"))
VISION = Component(code="S14", title="Vision", term="2026-2", ects=Decimal(6))
ELECTIVES = Component(code="", title="Electives", term="2026-1", ects=Decimal("10.5"))
FIRST = Version(
    digest="a" * 64,
    studied=(NETWORKS, VISION),
    recognised=(ELECTIVES,),
    student=EwpSignature(at=AT),
    sending=SIGNED,
    receiving=SIGNED,
)
CONTACT = Contact(given_names="Ana", family_name="Ferrer", email="ana@south.example")
STAY = EwpMobility(
    id="stay-7-2026-1",
    sending=Party(institution="north.example", unit="School of Software", contact=CONTACT),
    receiving=Party(institution="south.example", unit="Escuela", contact=CONTACT),
    student=Pupil(
        given_names="Mei", family_name="Lin", number="N101", born=dt.date(2003, 2, 1), citizenship="CN", email=""
    ),
    eqf=7,
    isced="0613",
    language="es",
    cefr="B2",
    first=FIRST,
)
CHANGED = dataclasses.replace(FIRST, digest="b" * 64, studied=(NETWORKS,), recognised=(ELECTIVES,))
PROPOSED = dataclasses.replace(CHANGED, receiving=None)


@pytest.fixture(scope="module")
def las():
    return schema("elmo-ewp/ewp-specs-api-omobility-las-v1.2.0/endpoints/get-response.xsd")


def read(mobility):
    return etree.fromstring(written(mobility))


def texts(document, path):
    return [element.text for element in document.findall(path, HERE)]


@pytest.mark.parametrize(
    "stay",
    [
        STAY,
        dataclasses.replace(STAY, now=CHANGED),
        dataclasses.replace(STAY, now=CHANGED, proposed=PROPOSED),
        dataclasses.replace(STAY, first=None, proposed=PROPOSED),
    ],
    ids=["agreed", "changed", "another change proposed", "proposed"],
)
def test_every_stage_of_an_agreement_is_valid(las, stay):
    las.assertValid(read(stay))


def test_both_lists_are_told_with_their_credits_terms_and_signatures():
    document = read(STAY)

    studied = ".//las:first-version/las:components-studied/las:component"
    assert texts(document, f"{studied}/las:los-code") == ["S12", "S14"]
    assert texts(document, f"{studied}/las:credit/las:value") == ["4.5", "6"]
    assert texts(document, ".//las:components-recognized/las:component/las:title") == ["Electives"]
    assert texts(document, ".//las:components-recognized/las:component/las:los-code") == []
    assert texts(document, ".//las:student-signature/las:signer-name") == []
    assert texts(document, ".//las:receiving-hei-signature/las:signer-name") == ["Zhao Wei"]
    assert texts(document, ".//las:start-year-month") + texts(document, ".//las:end-year-month") == [
        "2026-09",
        "2027-07",
    ]
    assert texts(document, ".//las:receiving-academic-year-id") == ["2026/2027"]


def test_a_later_version_tells_only_what_it_changed():
    document = read(dataclasses.replace(STAY, now=CHANGED))

    changed = document.findall(".//las:approved-changes//las:component", HERE)
    assert [(element.get("status"), element.find("las:los-code", HERE).text) for element in changed] == [
        ("deleted", "S14")
    ]


def test_another_proposal_has_another_name_and_the_same_one_keeps_it():
    def name(version):
        document = read(dataclasses.replace(STAY, proposed=version))
        return document.find(".//las:changes-proposal", HERE).get("id")

    assert name(PROPOSED) == name(PROPOSED)
    assert name(PROPOSED) != name(dataclasses.replace(PROPOSED, digest="c" * 64))


words = st.text(min_size=1, max_size=30) | st.sampled_from(["\ufffe", "\0", "\x1b[1m", "a\r\nb", "<&]]>"])
components = st.builds(
    Component,
    code=words,
    title=words,
    term=st.sampled_from(["2025-1", "2025-2", "2026-1"]),
    ects=st.decimals("0.5", "30", places=1),
)


@given(
    studied=st.lists(components, min_size=1, max_size=5).map(tuple),
    recognised=st.lists(components, max_size=5).map(tuple),
    name=words,
)
def test_whatever_is_written_in_names_and_titles_the_document_stays_valid(las, studied, recognised, name):
    version = dataclasses.replace(PROPOSED, studied=studied, recognised=recognised)
    stay = dataclasses.replace(
        STAY, proposed=version, student=dataclasses.replace(STAY.student, given_names=name, number=name)
    )

    las.assertValid(read(stay))
