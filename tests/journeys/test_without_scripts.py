"""Nothing needs JavaScript: the road from signing in to a verified transcript can be walked without it."""

from playwright.sync_api import expect

from tests.journeys.documents import code_of, download, issue, open_documents, sign_off, type_code
from tests.journeys.files import confirm, counts, offer
from tests.journeys.reader import BEIHANG, UPV


def test_the_road_is_walked_without_javascript(site, readers):
    beihang, upv = readers(site, java_script_enabled=False), readers(site, UPV, java_script_enabled=False)
    stranger = readers(site, java_script_enabled=False)
    beihang.open("/")
    beihang.sign_in(BEIHANG)
    beihang.page.get_by_role("link", name="Español").click()
    expect(beihang.page.locator("html")).to_have_attribute("lang", "es")
    beihang.page.get_by_role("link", name="English").click()

    offer(beihang, "beihang/grades-new.csv")
    assert counts(beihang) == (3, 4, 0, 0, 0)
    confirm(beihang)
    sign_off(beihang, "ZY2406108")
    sign_off(upv, "2461008")
    open_documents(upv, "2461008")
    serial = issue(upv, "es+en")

    assert download(upv, serial).startswith(b"%PDF-")
    type_code(stranger, code_of(upv, serial))
    expect(stranger.page.locator("main")).to_contain_text("Col·lell i Vidal, Jordi")
    expect(stranger.page.locator("main")).to_contain_text("Genuine and in force")
