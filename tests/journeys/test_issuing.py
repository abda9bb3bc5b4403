"""Both registrars sign off a finished student, the official transcript is issued, and a stranger verifies it."""

import io
import re

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.journeys.documents import HAN, code_of, download, issue, open_documents, printed, sign_off, type_code
from tests.journeys.files import confirm, offer
from tests.journeys.reader import BEIHANG, UPV


def test_the_whole_road_from_two_files_to_one_verified_transcript(site, readers):
    beihang, upv, stranger = readers(site), readers(site), readers(site)
    for registrar, email, file in ((beihang, BEIHANG, "beihang/grades-new.csv"), (upv, UPV, "upv/grades-new.csv")):
        registrar.open("/")
        registrar.sign_in(email)
        offer(registrar, file)
        confirm(registrar)

    beihang.open("/conferral")
    beihang.page.locator("main tbody tr", has_text="ZY2406109").get_by_role("link").click()
    beihang.press("Sign off this record")
    expect(beihang.page.get_by_role("status")).to_contain_text("You have signed off this record.")
    open_documents(beihang, "ZY2406109")
    expect(beihang.page.locator("main")).to_contain_text("It cannot be issued yet")
    sign_off(upv, "2461009")
    open_documents(upv, "2461009")
    serial = issue(upv, "zh_Hans+es")
    content = download(upv, serial)

    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) >= 2
        assert not document.is_encrypted
    type_code(stranger, code_of(upv, serial))
    expect(stranger.page).to_have_title(re.compile(serial))
    for words in ("Genuine and in force", "Zhou, Jingyi · 周静怡", "Beihang University", "Demonstration"):
        expect(stranger.page.locator("main")).to_contain_text(words)


@pytest.mark.parametrize(
    ("number", "languages", "names"),
    [
        ("ZY2406101", "zh_Hans+es", ("陈㛃", "Chen,Jie")),
        ("ZY2406107", "zh_Hans+es", ("玛丽亚·努涅斯", "NúñezPeiró,María")),
    ],
)
def test_every_han_character_of_the_record_is_printed(site, readers, number, languages, names):
    registrar = readers(site, BEIHANG)
    open_documents(registrar, number)
    serial = issue(registrar, languages)

    pages = printed(download(registrar, serial))

    text = "".join("".join(pages).split())
    assert all(name in text for name in names)
    assert set(HAN.findall(titles_in_chinese(readers, site, number))) <= set(text)
    assert all("SPECIMEN" in page for page in pages)


def test_the_code_on_the_paper_is_the_code_that_verifies(site, readers):
    registrar, stranger = readers(site, BEIHANG), readers(site)
    open_documents(registrar, "ZY2406101")
    serial = registrar.page.locator("main tbody th a").inner_text()
    paper = "".join(printed(download(registrar, serial)))

    code = re.search(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", paper).group()
    type_code(stranger, code.lower())

    expect(stranger.page.locator("main")).to_contain_text("Genuine and in force")
    expect(stranger.page.locator("main")).to_contain_text("陈㛃")


def test_a_title_without_an_approved_spanish_form_stops_spanish_and_is_named(site, readers):
    registrar = readers(site, BEIHANG)
    open_documents(registrar, "ZY2406118")

    registrar.page.get_by_label("Languages").select_option("zh_Hans+es")
    registrar.press("Issue the official transcript")

    expect(registrar.page.locator("main")).to_contain_text("DX062011")
    open_documents(registrar, "ZY2406118")
    assert issue(registrar, "zh_Hans+en")


def test_nobody_issues_the_same_document_twice(site, readers):
    registrar, other = readers(site, BEIHANG), readers(site, UPV)
    open_documents(registrar, "ZY2406107")
    open_documents(other, "2461007")
    serial = issue(registrar, "es+en")

    other.page.get_by_label("Languages").select_option("es+en")
    other.press("Issue the official transcript")

    expect(other.page.locator("main")).to_contain_text(f"issued in these languages already, as {serial}")


def titles_in_chinese(readers, site, number):
    """The titles of the courses on the record, as a Chinese registrar reads them."""
    registrar = readers(site, BEIHANG, language="zh_Hans")
    registrar.student(number)
    return "".join(registrar.page.locator("main tr:has(td:nth-child(7)) th").all_inner_texts())
