"""The pages of every role, in every language: usable by everybody, and on a screen 320 pixels wide."""

import pytest
from axe_playwright_python.sync_playwright import Axe

import config
from tests.journeys.files import offer
from tests.journeys.places import BEGINNINGS, walk
from tests.journeys.reader import BEIHANG

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
ALIKE = {"rules": {"color-contrast": {"enabled": False}, "css-orientation-lock": {"enabled": False}}}
"""Left to the first language: both ask the style sheet, which knows languages for their typefaces only, and they take half
of the time. What words can change is asked in every language: how large a target is, what has a name, which language."""
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 800}
in_every_language = pytest.mark.parametrize("language", config.LANGUAGES)


@pytest.mark.parametrize("who", BEGINNINGS)
@in_every_language
def test_every_page_is_accessible_and_fits_a_narrow_screen(museum, readers, who, language):
    reader = readers(museum, None if who == "public" else who, language=language)

    faults = [f"{address}: {fault}" for address in walk(reader, museum, who) for fault in faults_of(reader, language)]

    assert not faults, "\n".join(faults)


@in_every_language
def test_forms_with_errors_and_previews_are_accessible_and_fit_a_narrow_screen(museum, readers, language):
    stranger, registrar = readers(museum, language=language), readers(museum, BEIHANG, language=language)
    faults = []

    for form in ("/sign-in", "/verify"):
        stranger.open(form)
        stranger.send()
        stranger.page.get_by_role("alert").wait_for()
        faults += faults_of(stranger, language)
    for form in ("/curricula/new", "/equivalences/new", "/institutions/buaa.edu.cn"):
        registrar.open(form)
        registrar.page.locator("#text").fill("curriculum: {}")
        registrar.send()
        registrar.page.get_by_role("alert").wait_for()
        faults += faults_of(registrar, language)
    for file in ("beihang/grades-bad.csv", "beihang/grades-new.csv"):
        offer(registrar, file)
        registrar.page.locator("dl.facts").first.wait_for()
        faults += faults_of(registrar, language)

    assert not faults, "\n".join(faults)


def faults_of(reader, language):
    """What axe finds on the open page, and how far it is too wide for 320 pixels."""
    rules = RULES if language == next(iter(config.LANGUAGES)) else RULES | ALIKE
    broken = Axe().run(reader.page, options=rules).response["violations"]
    yield from (
        f"{violation['id']}: {node['target']} {node['html'][:160]}"
        for violation in broken
        for node in violation["nodes"]
    )
    reader.page.set_viewport_size(NARROW)
    width = reader.page.evaluate("document.documentElement.scrollWidth")
    reader.page.set_viewport_size(WIDE)
    if width > NARROW["width"]:
        yield f"{width} pixels wide on a screen of {NARROW['width']}"
