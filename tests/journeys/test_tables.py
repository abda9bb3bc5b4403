"""Is every column of every table within reach: on a desk, on a telephone, on paper, in the longest language?"""

import pytest

from tests.journeys.places import BEGINNINGS, walk

DESK, TELEPHONE, PAPER = 1280, 375, 718
"""How wide each is in pixels; an A4 page with margins of 10 mm has 718."""
HEIGHT = 800
CUT = """
({scrolls, wide}) => [...document.querySelectorAll("table")].flatMap(table => {
  const name = table.caption?.innerText.trim() ?? "a table without a caption", faults = [];
  let box = table.parentElement;
  while (box && !["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(box).overflowX)) box = box.parentElement;
  const within = box && box !== document.documentElement && box !== document.body ? box : null;
  const edge = within ? within.getBoundingClientRect().left + within.clientLeft + within.clientWidth : wide;
  const style = within && getComputedStyle(within);
  const reached = within && ["auto", "scroll"].includes(style.overflowX) && within.tabIndex >= 0
    && within.getAttribute("aria-label") && within.getBoundingClientRect().right <= wide + 1;
  for (const cell of table.querySelectorAll("th, td")) {
    const at = cell.getBoundingClientRect();
    if (!at.width || !at.height || !cell.checkVisibility({opacityProperty: true}) || cell.closest("thead") &&
        getComputedStyle(cell.closest("thead")).position === "absolute") continue;
    const right = Math.max(at.right, at.left + cell.scrollWidth);
    const words = cell.innerText.trim().slice(0, 30);
    if (cell.scrollWidth > cell.clientWidth + 1 && getComputedStyle(cell).display !== "block")
      faults.push(`${name}: "${words}" runs out of its cell`);
    if (right > edge + 1 && !(scrolls && reached)) faults.push(`${name}: "${words}" ends at ${right} of ${edge}`);
  }
  return faults.slice(0, 3);
})
"""


@pytest.mark.parametrize("who", [who for who in BEGINNINGS if who != "public"])
def test_no_column_of_a_table_is_out_of_reach(museum, readers, who):
    reader = readers(museum, who, language="es")

    cut = [f"{address}: {fault}" for address in walk(reader, museum, who) for fault in faults_of(reader.page)]

    assert not cut, "\n".join(cut)


def faults_of(page):
    """Which cells cannot be read: cut off, or beyond what scrolls and takes the keyboard."""
    if not page.locator("table").count():
        return
    for wide in (TELEPHONE, DESK):
        page.set_viewport_size({"width": wide, "height": HEIGHT})
        yield from (f"{wide} pixels: {fault}" for fault in page.evaluate(CUT, {"scrolls": True, "wide": wide}))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": HEIGHT})
    yield from (f"on paper: {fault}" for fault in page.evaluate(CUT, {"scrolls": False, "wide": PAPER}))
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": DESK, "height": HEIGHT})
