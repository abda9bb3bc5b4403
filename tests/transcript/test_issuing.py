"""Issuing, keeping, revoking and replacing the official transcript, and the unofficial one before that."""

import datetime as dt
import hashlib

import pytest
import sqlalchemy as sa

from dualdegree import events
from dualdegree.catalogues import translate
from dualdegree.conferral.content import NotJoint
from dualdegree.conferral.models import IssuedDocument
from dualdegree.core import transcript as printed
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.transcript.approved import MissingForms
from dualdegree.programmes.models import Programme
from dualdegree.transcript import documents as issued_documents
from dualdegree.transcript import service
from dualdegree.transcript.formats import FORMATS
from dualdegree.transcript.marks import next_serial, spaced
from dualdegree.transcript.service import GateShut
from tests.graduates import ALSO_READY, COMING, LATER, ONE_SIDED, READY, SHORT, UNTITLED, text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH


def acts(graduates, issued, where):
    entries = events.history(graduates.session, f"document:{issued.serial}")
    return [event.act for event in reversed(entries) if event.institution_id == where]


def revoke(graduates, issued, reason="The name was misspelt"):
    service.revoke(graduates.session, graduates.registrar(SOUTH), issued, reason, LATER)


def replace(graduates, issued, languages=("es", "en"), reason="In Spanish, at the holder's request"):
    wanted = graduates.wanted(languages, LATER)
    return service.replace(graduates.session, graduates.registrar(SOUTH), issued, wanted, reason)


@pytest.mark.parametrize("signed", [(), (NORTH,), (SOUTH,)])
def test_nothing_is_issued_before_both_have_signed(graduates, signed):
    if signed:
        graduates.sign(READY, *signed)

    with pytest.raises(GateShut, match="a registrar of each institution has signed off"):
        graduates.issue()

    assert graduates.session.scalar(sa.select(sa.func.count(IssuedDocument.id))) == 0


@pytest.mark.parametrize("number", [SHORT, COMING, ONE_SIDED])
def test_nothing_is_issued_to_whom_a_degree_is_wanting(graduates, number):
    with pytest.raises(GateShut):
        graduates.issue(number)


def test_a_signed_record_is_issued_and_kept_to_the_byte(graduates):
    graduates.sign()
    issued = graduates.issue()
    graduates.session.expire_all()

    kept = issued_documents.document(graduates.session, "DOUBLE-2026-000001")

    assert kept.pdf.startswith(b"%PDF")
    assert kept.sha256 == hashlib.sha256(kept.pdf).hexdigest()
    assert (kept.languages, kept.institution_id, kept.issued_at) == ("zh_Hans+en", NORTH, NOW)
    assert kept.state_digest == graduates.standing().state.digest
    assert kept.demonstration
    assert issued is kept


def test_the_document_can_be_made_again_from_what_is_kept(graduates):
    graduates.sign()
    issued = graduates.issue()

    value = printed.from_bytes(issued.content.encode(), printed.Transcript)

    assert FORMATS["pdf"].render(value, ("zh_Hans", "en"), translate) == issued.pdf
    assert [signer.name for signer in value.issue.signers] == ["Njeri Mwangi", "Caio Prado"]
    assert value.issue.verify_url == f"https://verify.example/verify/{issued.code}"


def test_universities_that_are_no_demonstration_issue_no_specimen(graduates):
    for where, side in ((NORTH, "north"), (SOUTH, "south")):
        real = text(f"{side}/institution.yaml").replace("demonstration: true", "demonstration: false")
        graduates.take("institution", where, real)
    graduates.sign()

    assert not graduates.issue().demonstration


def test_a_code_is_typed_without_doubtful_characters(graduates):
    graduates.sign()
    code = graduates.issue().code

    assert len(code) == 16
    assert not set(code) & set("01IO")
    assert spaced("ABCDEFGH23456789") == "ABCD-EFGH-2345-6789"


def test_serials_rise_within_the_year_and_are_the_programme_s(graduates):
    graduates.sign(READY)
    graduates.sign(ALSO_READY)
    # Another programme whose name goes on with what looks like a year.
    graduates.session.add(Programme(id="double-2026", titles={"en": "Another"}))
    graduates.session.flush()
    first, second, third = (
        graduates.issue(READY),
        graduates.issue(ALSO_READY),
        graduates.issue(READY, ("zh_Hans", "es")),
    )
    graduates.student(ALSO_READY).programme_id = "double-2026"
    graduates.session.flush()

    assert [first.serial, second.serial, third.serial] == [f"DOUBLE-2026-00000{number}" for number in (1, 2, 3)]
    assert next_serial(graduates.session, graduates.student(ALSO_READY), 2026) == "DOUBLE-2026-2026-000001"
    assert next_serial(graduates.session, graduates.student(READY), 2027) == "DOUBLE-2027-000001"
    first.serial = "DOUBLE-2026-2026-000007"
    graduates.session.flush()
    assert next_serial(graduates.session, graduates.student(READY), 2026) == "DOUBLE-2026-000004"


def test_one_state_is_issued_once_in_each_pair_of_languages(graduates):
    graduates.sign()
    graduates.issue()

    with pytest.raises(Conflict, match="already, as DOUBLE-2026-000001"):
        graduates.issue()

    assert graduates.issue(languages=("es", "en")).serial == "DOUBLE-2026-000002"


def test_a_revoked_document_may_be_issued_again(graduates):
    graduates.sign()
    revoke(graduates, graduates.issue())

    assert graduates.issue(at=LATER).serial == "DOUBLE-2026-000002"


def test_a_missing_title_stops_the_document_in_that_language_and_is_named(graduates):
    graduates.sign(UNTITLED)

    with pytest.raises(MissingForms) as refused:
        graduates.issue(UNTITLED, ("zh_Hans", "es"))

    assert str(refused.value) == (
        "The document is not issued: The title of the course N6 of north.example has no approved form in Spanish. "
        "Enter and approve the missing forms first."
    )
    assert graduates.issue(UNTITLED, ("zh_Hans", "en")).serial == "DOUBLE-2026-000001"


def test_a_chinese_national_without_a_han_name_has_no_document_in_chinese(graduates):
    for where, row in ((NORTH, "N101"), (SOUTH, "S201")):
        graduates.changed("roster", where, row, "林梅", "")
    graduates.sign()

    with pytest.raises(MissingForms, match="The holder's name has no approved form in Chinese"):
        graduates.issue()

    assert graduates.issue(languages=("es", "en"))


def test_a_later_change_alters_no_issued_document(graduates):
    graduates.sign()
    issued = graduates.issue()
    pdf = issued.pdf
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    with pytest.raises(GateShut):
        graduates.issue(languages=("es", "en"), at=LATER)

    graduates.session.expire_all()
    assert issued_documents.document(graduates.session, issued.serial).pdf == pdf


def test_revoking_needs_a_reason(graduates):
    graduates.sign()
    issued = graduates.issue()

    with pytest.raises(Refusal, match="Say why the document is revoked"):
        revoke(graduates, issued, "  ")

    assert issued.revoked_at is None


def test_a_document_is_revoked_once(graduates):
    graduates.sign()
    issued = graduates.issue()
    revoke(graduates, issued)

    with pytest.raises(Conflict, match="is revoked already"):
        revoke(graduates, issued)

    assert (issued.revoked_at, issued.revoked_because) == (LATER, "The name was misspelt")


def test_a_replacement_revokes_and_names_what_it_replaces(graduates):
    graduates.sign()
    old = graduates.issue()

    new = replace(graduates, old)

    assert issued_documents.replacements(graduates.session, [old, new]) == {old.id: new.serial}
    assert old.revoked_because == "In Spanish, at the holder's request"
    assert printed.from_bytes(new.content.encode(), printed.Transcript).issue.replaces == old.serial
    with pytest.raises(Conflict, match="was replaced already"):
        replace(graduates, old)


def test_a_document_can_be_replaced_in_its_own_languages(graduates):
    graduates.sign()
    old = graduates.issue()

    assert replace(graduates, old, ("zh_Hans", "en")).languages == old.languages


def test_a_replacement_is_no_second_document_of_the_same_state(graduates):
    graduates.sign()
    chinese, spanish = graduates.issue(), graduates.issue(languages=("es", "en"))

    with pytest.raises(Conflict, match="already, as DOUBLE-2026-000002"):
        replace(graduates, chinese, ("es", "en"))

    assert spanish.revoked_at is None


def test_a_replacement_needs_a_reason_and_an_open_gate(graduates):
    graduates.sign()
    issued = graduates.issue()

    with pytest.raises(Refusal, match="Say why"):
        replace(graduates, issued, reason="")
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")
    with pytest.raises(GateShut):
        replace(graduates, issued)


def test_what_was_revoked_before_keeps_its_reason_when_it_is_replaced(graduates):
    graduates.sign()
    old = graduates.issue()
    revoke(graduates, old)

    new = replace(graduates, old, reason="Corrected")

    assert old.revoked_because == "The name was misspelt"
    assert acts(graduates, old, NORTH) == ["document issued", "document revoked", "document replaced"]
    assert acts(graduates, new, SOUTH) == ["document issued"]


def test_both_universities_histories_tell_of_every_act(graduates):
    graduates.sign()
    old = graduates.issue()
    new = replace(graduates, old)
    revoke(graduates, new)

    for where in (NORTH, SOUTH):
        assert acts(graduates, old, where) == ["document issued", "document revoked"]
        assert acts(graduates, new, where) == ["document issued", "document revoked"]
        assert not list(events.broken_links(graduates.session, where))
    first = events.history(graduates.session, f"document:{old.serial}")[-1]
    assert (first.actor, first.after) == (
        graduates.registrar(NORTH).reference,
        events.canonical({"sha256": old.sha256}),
    )


@pytest.mark.parametrize("number", [READY, SHORT, COMING, UNTITLED])
def test_the_unofficial_transcript_is_printed_at_any_time(graduates, number):
    pdf = service.unofficial(
        graduates.session, graduates.registrar(NORTH), graduates.student(number), ("es", "en"), NOW
    )

    assert pdf.startswith(b"%PDF")
    assert graduates.session.scalar(sa.select(sa.func.count(IssuedDocument.id))) == 0


def test_there_is_no_unofficial_transcript_of_one_university_alone(graduates):
    with pytest.raises(NotJoint, match="A joint transcript needs the student's enrolment at both institutions"):
        service.unofficial(
            graduates.session, graduates.registrar(NORTH), graduates.student(ONE_SIDED), ("es", "en"), NOW
        )


@pytest.mark.parametrize("written", ["en+zh_Hans", "zh_Hans en", "zh_Hans+en"])
def test_a_pair_of_languages_may_be_written_in_either_order(written):
    assert service.pair_of(written) == ("zh_Hans", "en")


@pytest.mark.parametrize("written", ["", "en", "en+en", "en+fr", "zh_Hans+en+es"])
def test_a_document_is_in_two_known_languages(written):
    with pytest.raises(Refusal, match="two of the languages zh_Hans, en and es"):
        service.pair_of(written)


def test_a_code_is_found_however_it_is_typed(graduates):
    graduates.sign()
    issued = graduates.issue()
    typed = spaced(issued.code).lower().replace("-", " - ")

    assert issued_documents.by_code(graduates.session, typed) is issued
    assert issued_documents.by_digest(graduates.session, issued.sha256) is issued


@pytest.mark.parametrize("typed", ["", "ABCD", "２３４５", "é", "%", "' OR 1=1"])
def test_an_unknown_code_is_absent(session, typed):
    with pytest.raises(Absent, match="No document has this code"):
        issued_documents.by_code(session, typed)


def test_an_unknown_serial_or_file_is_absent(session):
    with pytest.raises(Absent, match="There is no document X-1"):
        issued_documents.document(session, "X-1")
    with pytest.raises(Absent, match="is another or was altered"):
        issued_documents.by_digest(session, "0" * 64)


NEW_YEAR_IN_THE_SOUTH = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
"""20:30 on New Year's Eve in São Paulo, and 02:30 on New Year's Day in Nairobi."""


@pytest.mark.parametrize(("by", "day", "serial"), [(NORTH, "2027-01-01", "-2027-"), (SOUTH, "2026-12-31", "-2026-")])
def test_days_are_those_of_the_institution_s_own_calendar(graduates, by, day, serial):
    graduates.sign(READY, at=NEW_YEAR_IN_THE_SOUTH)

    issued = graduates.issue(READY, at=NEW_YEAR_IN_THE_SOUTH, by=by)

    document = printed.from_bytes(issued.content.encode(), printed.Transcript)
    assert document.issue.issued_on.isoformat() == day
    assert serial in issued.serial
    assert issued_documents.days_of_issue(graduates.session, [issued]) == {issued.id: document.issue.issued_on}
    signed = {signer.institution: signer.signed_on.isoformat() for signer in document.issue.signers}
    assert signed == {NORTH: "2027-01-01", SOUTH: "2026-12-31"}


def test_an_unofficial_copy_bears_the_day_where_it_was_asked_for(graduates):
    asked = (graduates.registrar(NORTH), graduates.student(), ("es", "en"), NEW_YEAR_IN_THE_SOUTH)

    assert service.unofficial(graduates.session, *asked) != service.unofficial(
        graduates.session, graduates.registrar(SOUTH), *asked[1:]
    )
