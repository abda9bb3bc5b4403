"""What do people do with records and documents on the pages: sign them off, issue them, read what is printed on them?"""

import re
import shutil
import subprocess

from playwright.sync_api import expect

from tests import databases

HAN = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]")
"""One Chinese character, the rare ones among them."""


def sign_off(registrar, number):
    """Find the student and sign the record off."""
    registrar.student(number)
    registrar.follow("Conferral")
    registrar.press("Sign off this record")
    expect(registrar.page.get_by_role("status")).to_contain_text("You have signed off this record.")


def open_documents(registrar, number):
    registrar.student(number)
    registrar.follow("Documents")
    expect(registrar.page.get_by_role("heading", name="Official transcripts")).to_be_visible()


def issue(registrar, languages):
    """Issue on the open page of documents; the serial number."""
    registrar.page.get_by_label("Languages").select_option(languages)
    registrar.press("Issue the official transcript")
    said = registrar.page.get_by_role("status").inner_text()
    return re.search(r"Issued as (\S+)\.", said).group(1)


def download(reader, serial):
    """The bytes behind the serial number on the open page of documents."""
    with reader.page.expect_download() as coming:
        reader.page.get_by_role("link", name=serial, exact=True).click()
    assert coming.value.suggested_filename == f"{serial}.pdf"
    return coming.value.path().read_bytes()


def code_of(reader, serial):
    """The code of a document on the open page of documents."""
    row = reader.page.locator("main tbody tr", has=reader.page.get_by_role("link", name=serial, exact=True))
    return row.get_by_role("link", name="Verification page").get_attribute("href").rpartition("/")[2]


def printed(content):
    """The words of each page of a PDF file."""
    if shutil.which("pdftotext") is None:
        databases.required("pdftotext", "on Debian: apt-get install poppler-utils")
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def type_code(stranger, code):
    """Type the code of a document into the public page."""
    stranger.open("/verify")
    stranger.page.get_by_label("Code").fill(code)
    stranger.press("Check")
