"""Which files do registrars send in the journeys, and what do they do with them on the pages?"""

from playwright.sync_api import expect

from tests.demo.files import DEMO

LABELS = ("Added", "Changed", "Unchanged", "Rejected", "Listed as recognised")


def offer(reader, file, *, kind="grades"):
    """Send a file to the import page: one of the demonstration by its path there, or any that Playwright takes."""
    reader.open("/imports/new")
    reader.page.locator("select#kind").select_option(kind)
    reader.page.locator("input#file").set_input_files(DEMO / file if isinstance(file, str) else file)
    reader.send()


def counts(reader):
    """Added, changed, unchanged, rejected, listed: as the open preview says."""
    facts = reader.page.locator("main dl.facts").first
    return tuple(int(facts.locator(f"div:has(> dt:text-is('{label}')) dd").inner_text()) for label in LABELS)


def confirm(reader):
    reader.press("Confirm: take every row that is not rejected")
    expect(reader.page.get_by_role("alert").or_(reader.page.get_by_role("status")).first).to_be_visible()


def table(reader, caption):
    """The cells of each row of the table with this caption, once the page that has it is there."""
    rows = reader.page.get_by_role("table", name=caption).locator("tbody tr")
    rows.first.wait_for()
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]
