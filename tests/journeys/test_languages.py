"""Everybody reads in a language of their own: as the browser asks, as chosen on the page, as kept in the account."""

import pytest
from playwright.sync_api import expect

from tests.journeys.reader import BEIHANG, UPV


@pytest.mark.parametrize(
    ("locale", "lang", "words"),
    [
        ("es-ES", "es", "documento"),
        ("zh-CN", "zh-Hans", "文"),
        ("en-GB", "en", "document"),
        ("de-DE", "en", "document"),
    ],
)
def test_a_stranger_reads_as_the_browser_asks(museum, readers, locale, lang, words):
    stranger = readers(museum, language="", locale=locale)

    stranger.open("/verify")

    expect(stranger.page.locator("html")).to_have_attribute("lang", lang)
    expect(stranger.page.get_by_role("heading", level=1)).to_contain_text(words)


def test_a_chosen_language_keeps_the_page_and_stays(museum, readers):
    registrar = readers(museum, BEIHANG)
    registrar.open("/students?q=ZY2406102&admission=2024-1")

    registrar.page.get_by_role("link", name="Español").click()

    expect(registrar.page).to_have_url(museum.url + "/students?q=ZY2406102&admission=2024-1")
    expect(registrar.page.locator("html")).to_have_attribute("lang", "es")
    expect(registrar.page.get_by_role("heading", level=1)).to_have_text("Estudiantes")
    registrar.page.get_by_role("link", name="简体中文").click()
    registrar.open("/students")
    expect(registrar.page.get_by_role("heading", level=1)).to_have_text("学生")


@pytest.mark.parametrize(("email", "lang"), [(BEIHANG, "zh-Hans"), (UPV, "es")])
def test_a_registrar_reads_in_the_account_s_language_in_any_browser(museum, readers, email, lang):
    registrar = readers(museum, email, language="", locale="en-GB")

    registrar.open("/imports")

    expect(registrar.page.locator("html")).to_have_attribute("lang", lang)
