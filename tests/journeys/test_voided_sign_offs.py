"""Whatever changes a signed record voids its sign-offs by itself, and says what has changed."""

import re

from playwright.sync_api import expect

from tests.journeys.documents import open_documents, sign_off
from tests.journeys.files import confirm, offer
from tests.journeys.reader import BEIHANG, UPV


def test_a_changed_grade_voids_both_sign_offs_and_stops_issuing(site, readers):
    beihang, upv = readers(site, BEIHANG), readers(site, UPV)
    sign_off(upv, "2461005")
    open_documents(upv, "2461005")
    expect(upv.page.get_by_role("button", name="Issue the official transcript")).to_be_visible()

    offer(beihang, "beihang/grades-new.csv")
    confirm(beihang)

    upv.press("Issue the official transcript")
    expect(upv.page.locator("main")).to_contain_text("a registrar of each institution has signed off this very state")
    open_documents(upv, "2461005")
    expect(upv.page.locator("main")).to_contain_text("It cannot be issued yet")
    upv.follow("see what is missing")
    for name in ("Beihang University", "Universitat Politècnica de València"):
        message = card(upv, name).inner_text()
        assert "signed another state" in message
        assert re.search(r"DX062001.*75.*90", message), message


def test_a_void_sign_off_is_listed_on_the_first_page_and_given_anew(site, readers):
    beihang = readers(site, BEIHANG)
    beihang.open("/")
    expect(card(beihang, "Sign-offs that a change has voided")).to_contain_text("邓志强")

    sign_off(beihang, "ZY2406119")

    expect(card(beihang, "Beihang University")).to_contain_text("signed")
    beihang.open("/")
    expect(card(beihang, "Sign-offs that a change has voided")).to_contain_text("邓志强")


def test_a_state_that_is_no_longer_shown_cannot_be_signed(site, readers):
    beihang, upv = readers(site, BEIHANG), readers(site, UPV)
    upv.student("2461005")
    upv.follow("Conferral")
    offer(beihang, "beihang/grades-new.csv")
    confirm(beihang)

    upv.press("Sign off this record")

    expect(upv.page.locator("main")).to_contain_text("changed")
    expect(upv.page.get_by_role("status")).to_have_count(0)


def test_a_registrar_takes_a_sign_off_back_with_a_reason(site, readers):
    beihang = readers(site, BEIHANG)
    beihang.student("ZY2406107")
    beihang.follow("Conferral")

    beihang.press("Withdraw the sign-off")
    expect(beihang.page.get_by_role("alert")).to_contain_text("Say why the sign-off is withdrawn.")
    beihang.page.get_by_label("Reason").fill("Signed for the wrong student.")
    beihang.press("Withdraw the sign-off")

    expect(beihang.page.get_by_role("status")).to_contain_text("The sign-off is withdrawn.")
    open_documents(beihang, "ZY2406107")
    expect(beihang.page.locator("main")).to_contain_text("It cannot be issued yet")


def card(reader, title):
    """The part of the open page under this heading."""
    heading = reader.page.get_by_role("heading", name=title, exact=True, level=2)
    return reader.page.locator("main section", has=heading)
