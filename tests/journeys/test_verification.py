"""A stranger with a document in hand learns whether it is in force, revoked, replaced or unknown."""

from playwright.sync_api import expect

from tests.journeys.documents import code_of, open_documents, type_code
from tests.journeys.reader import BEIHANG, UPV


def test_a_document_that_a_registrar_revokes_says_so_with_the_reason(site, readers):
    registrar, stranger = readers(site, BEIHANG), readers(site)
    open_documents(registrar, "ZY2406101")
    serial = registrar.page.locator("main tbody th a").inner_text()
    code = code_of(registrar, serial)

    registrar.follow("Revoke")
    registrar.press("Revoke the document")
    expect(registrar.page.get_by_role("alert")).to_contain_text("Say why the document is revoked.")
    registrar.page.get_by_label("Reason").fill("The thesis was printed under a wrong title.")
    registrar.press("Revoke the document")
    expect(registrar.page.get_by_role("status")).to_contain_text(f"{serial} is revoked.")

    type_code(stranger, code)
    main = stranger.page.locator("main")
    expect(main).to_contain_text("Revoked: this document is no longer valid")
    expect(main).to_contain_text("The thesis was printed under a wrong title.")
    expect(main).not_to_contain_text("Genuine")


def test_a_document_that_a_registrar_replaces_names_its_replacement(site, readers):
    registrar, stranger = readers(site, UPV), readers(site)
    open_documents(registrar, "2461004")
    old = registrar.page.locator("main tbody th a").first.inner_text()
    code = code_of(registrar, old)

    registrar.follow("Replace")
    registrar.page.get_by_label("Reason").fill("Asked for in English.")
    registrar.page.get_by_label("Languages").select_option("zh_Hans+en")
    registrar.press("Replace the document")
    new = registrar.page.locator("main tbody th a").first.inner_text()
    expect(registrar.page.get_by_role("status")).to_contain_text(f"{old} is replaced by {new}.")

    type_code(stranger, code)
    expect(stranger.page.locator("main")).to_contain_text(f"It was replaced by the document {new}.")
    type_code(stranger, code_of(registrar, new))
    expect(stranger.page.locator("main")).to_contain_text("Genuine and in force")


def test_the_demonstration_s_own_revoked_and_replaced_documents_say_so(museum, readers):
    registrar, stranger = readers(museum, BEIHANG), readers(museum)

    assert "given name was found to differ" in said_of(registrar, stranger, "ZY2406103", "AI-MASTER-2026-000003")
    sentence = said_of(registrar, stranger, "ZY2406104", "AI-MASTER-2026-000004")
    assert "It was replaced by the document AI-MASTER-2026-000005." in sentence


def test_a_code_that_was_never_issued_is_unknown_and_an_empty_one_is_asked_for(museum, readers):
    stranger = readers(museum)

    type_code(stranger, "ABCD-EFGH-JKLM-NPQR")
    expect(stranger.page.locator("main")).to_contain_text("This document was not issued here")
    type_code(stranger, " - ")
    expect(stranger.page.get_by_role("alert")).to_contain_text("Type the code that is printed on the document.")


def said_of(registrar, stranger, number, serial):
    open_documents(registrar, number)
    type_code(stranger, code_of(registrar, serial))
    expect(stranger.page.locator("main")).to_contain_text("Revoked")
    return stranger.main()
