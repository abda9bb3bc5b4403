"""How does a learning agreement read in Erasmus Without Paper's XML (omobility-las 1.2.0)?

Values in, bytes out. The first version that all three signed is ``first-version``; what a later version changed of it
is ``approved-changes``, and what is proposed now is ``changes-proposal``: both hold only the components that were
inserted or deleted. Source: erasmus-without-paper/ewp-specs-api-omobility-las, stable-v1, get-response.xsd.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from dualdegree.core.credit import figure

LAS = "https://github.com/erasmus-without-paper/ewp-specs-api-omobility-las/blob/stable-v1/endpoints/get-response.xsd"
TERMS = "https://github.com/erasmus-without-paper/ewp-specs-types-academic-term/tree/stable-v2"
PROGRAM = "dualdegree"
GENDER_NOT_KNOWN = "0"
"""ISO 5218: no register of this system holds it."""
NO_XML = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, and no name or title needs. Source: XML 1.0, production 2."""
HALVES = 2
"""Terms here are halves of an academic year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom the other institution can ask."""

    given_names: str
    family_name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One institution by its SCHAC id, the unit that is responsible, and whom to ask there."""

    institution: str
    unit: str
    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """The student who is sent; ``number`` is theirs at the sending institution."""

    given_names: str
    family_name: str
    number: str
    born: dt.date
    citizenship: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One row of either list. ``code`` is empty for credits of a group; ``term`` as "2026-1"; credits in ECTS."""

    code: str
    title: str
    term: str
    ects: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EwpSignature:
    """Who said yes to a version, as what, and when; the student's has no name, as the standard asks."""

    at: dt.datetime
    name: str = ""
    position: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version with both lists and whatever was signed of it."""

    digest: str
    studied: tuple[Component, ...]
    recognised: tuple[Component, ...]
    student: EwpSignature
    sending: EwpSignature
    receiving: EwpSignature | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EwpMobility:
    """One stay with its versions. ``language`` and ``cefr`` are what the student is to have of the receiving side's.

    ``first`` and ``now`` are signed by all three: the first such version, and the one in force if it is another.
    ``proposed`` is signed by the student and the sending side.
    """

    id: str
    sending: Party
    receiving: Party
    student: Pupil
    eqf: int
    isced: str
    language: str
    cefr: str
    first: Version | None
    now: Version | None = None
    proposed: Version | None = None

    @property
    def terms(self) -> tuple[str, str]:
        """The first and the last term in which something is studied, in the newest version."""
        newest = self.proposed or self.now or self.first
        terms = sorted(study.term for study in newest.studied) if newest else []
        if not terms:
            raise ValueError("a stay without anything studied has no terms")
        return terms[0], terms[-1]


def written(mobility: EwpMobility) -> bytes:
    """The learning agreement as a document of its own, in UTF-8."""
    root = etree.Element(_las("omobility-las-get-response"), nsmap={None: LAS, "trm": TERMS})
    la = etree.SubElement(root, _las("la"))
    begins, ends = mobility.terms
    _say(la, "omobility-id", mobility.id)
    _party(la, "sending-hei", mobility.sending)
    _party(la, "receiving-hei", mobility.receiving)
    _say(la, "receiving-academic-year-id", _year(begins))
    _student(la, mobility)
    _say(la, "start-year-month", _months(begins)[0])
    _say(la, "end-year-month", _months(ends)[1])
    _say(la, "eqf-level-studied-at-departure", str(mobility.eqf))
    _say(la, "isced-f-code", mobility.isced)
    skill = etree.SubElement(la, _las("student-language-skill"))
    _say(skill, "language", mobility.language)
    _say(skill, "cefr-level", mobility.cefr)
    _versions(la, mobility)
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return document


def _versions(la: etree._Element, mobility: EwpMobility) -> None:
    if mobility.first is not None:
        _version(etree.SubElement(la, _las("first-version")), mobility.first, None)
    if mobility.now is not None:
        _version(etree.SubElement(la, _las("approved-changes")), mobility.now, mobility.first)
    if mobility.proposed is not None:
        proposal = etree.SubElement(la, _las("changes-proposal"), id=_identifier(mobility.proposed))
        _version(proposal, mobility.proposed, mobility.first)


def _version(into: etree._Element, version: Version, first: Version | None) -> None:
    before = (first.studied, first.recognised) if first else None
    lists = (("components-studied", version.studied), ("components-recognized", version.recognised))
    for place, (name, components) in enumerate(lists):
        rows = etree.SubElement(into, _las(name))
        for component, status in _changes(before[place] if before is not None else None, components):
            _component(rows, component, status)
    _signature(into, "student-signature", version.student)
    _signature(into, "sending-hei-signature", version.sending)
    if version.receiving is not None:
        _signature(into, "receiving-hei-signature", version.receiving)


def _changes(
    before: tuple[Component, ...] | None, components: tuple[Component, ...]
) -> Iterator[tuple[Component, str]]:
    """Every component while there is nothing to change; else only those deleted or inserted since."""
    if before is None:
        yield from ((component, "") for component in components)
        return
    yield from ((component, "deleted") for component in before if component not in components)
    yield from ((component, "inserted") for component in components if component not in before)


def _component(rows: etree._Element, component: Component, status: str) -> None:
    row = etree.SubElement(rows, _las("component"), **({"status": status} if status else {}))
    if component.code:
        _say(row, "los-code", component.code)
    _say(row, "title", component.title)
    term = etree.SubElement(row, _las("term-id"))
    etree.SubElement(term, f"{{{TERMS}}}term-number").text = component.term[5:]
    etree.SubElement(term, f"{{{TERMS}}}total-terms").text = str(HALVES)
    credit = etree.SubElement(row, _las("credit"))
    _say(credit, "scheme", "ects")
    _say(credit, "value", figure(component.ects))


def _signature(into: etree._Element, name: str, signature: EwpSignature) -> None:
    signed = etree.SubElement(into, _las(name))
    for tag, value in (
        ("signer-name", signature.name),
        ("signer-position", signature.position),
        ("signer-email", signature.email),
    ):
        if value:
            _say(signed, tag, value)
    _say(signed, "timestamp", signature.at.astimezone(dt.UTC).isoformat(timespec="seconds"))
    _say(signed, "signer-app", PROGRAM)


def _party(la: etree._Element, name: str, party: Party) -> None:
    side = etree.SubElement(la, _las(name))
    _say(side, "hei-id", party.institution)
    _say(side, "ounit-name", party.unit)
    contact = etree.SubElement(side, _las("contact-person"))
    _say(contact, "given-names", party.contact.given_names)
    _say(contact, "family-name", party.contact.family_name)
    _say(contact, "email", party.contact.email)


def _student(la: etree._Element, mobility: EwpMobility) -> None:
    student = etree.SubElement(la, _las("student"))
    _say(student, "given-names", mobility.student.given_names)
    _say(student, "family-name", mobility.student.family_name)
    # The European Student Identifier in the form for numbers that one institution gives.
    number = f"urn:schac:personalUniqueCode:int:esi:{mobility.sending.institution}:{mobility.student.number}"
    _say(student, "global-id", number)
    _say(student, "birth-date", mobility.student.born.isoformat())
    _say(student, "citizenship", mobility.student.citizenship)
    _say(student, "gender", GENDER_NOT_KNOWN)
    if mobility.student.email:
        _say(student, "email", mobility.student.email)


def _identifier(version: Version) -> str:
    """Another whenever what is proposed, or who has signed it, is another."""
    signed = [version.digest, version.student.at.isoformat(), version.sending.at.isoformat()]
    return hashlib.sha256("\n".join(signed).encode()).hexdigest()


def _year(term: str) -> str:
    first = int(term[:4])
    return f"{first}/{first + 1}"


def _months(term: str) -> tuple[str, str]:
    """The first and the last month of a half of the academic year."""
    first = int(term[:4])
    if term[5:] == "1":
        return f"{first}-09", f"{first + 1}-01"
    return f"{first + 1}-02", f"{first + 1}-07"


def _say(into: etree._Element, name: str, text: str) -> None:
    etree.SubElement(into, _las(name)).text = NO_XML.sub("", text)


def _las(name: str) -> str:
    return f"{{{LAS}}}{name}"
