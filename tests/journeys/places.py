"""Which pages are looked at in every language: those that each role reaches by links, and states that matter."""

import sqlite3
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

from tests.journeys.reader import BEIHANG

STUDENT = "yutong.zheng@buaa.example"
ADVISOR = "wenbin.zhao@buaa.example"
BEGINNINGS = {
    "public": ("/sign-in", "/sign-in?next=/conferral", "/verify", "/nowhere"),
    STUDENT: ("/", "/conferral", "/account/password"),
    ADVISOR: ("/advisees", "/students/{in progress}/progress"),
    BEIHANG: (
        "/",
        "/students?q=nobody",
        "/conferral?gate=open",
        "/imports/1",
        *(f"/students/{{{state}}}/conferral" for state in ("issued", "signed", "short", "stale")),
        *(f"/students/{{{state}}}/progress" for state in ("issued", "short", "in progress", "first semester")),
        *(f"/students/{{{state}}}/documents" for state in ("issued", "signed")),
        "/curricula/4",
    ),
}
"""Where each reader begins; what is linked from there is looked at, too, one page of each kind."""
SHARED = ("accounts.", "programmes.", "recognition.", "web.")
"""The offices whose pages look the same to everybody; the registrar, who has the most buttons there, looks at them."""
STATES = {
    "issued": "ZY2406101",
    "signed": "ZY2406107",
    "short": "ZY2406112",
    "stale": "ZY2406119",
    "in progress": "ZY2506132",
    "first semester": "ZY2606136",
}
"""A student in each state that pages show in a way of their own."""


def beginnings(who, file):
    """The addresses where this reader begins; ``file`` is the database."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        ids = dict(connection.execute("SELECT number, student_id FROM enrolment"))
        codes = [code for (code,) in connection.execute("SELECT code FROM issued_document ORDER BY serial")]
    connection.close()
    students = {state: ids[number] for state, number in STATES.items()}
    documents = [f"/verify/{code}" for code in (codes[0], codes[2], codes[3], "ABCD")] if who == "public" else []
    return [address.format(**students) for address in BEGINNINGS[who]] + documents


def walk(reader, site, who):
    """Open each page where ``who`` begins, then one of each kind that is linked; yields when a page is open."""
    matcher = site.app.url_map.bind("127.0.0.1")
    ahead = beginnings(who, site.file)
    seen = {_kind(matcher, address) for address in ahead}
    if who != BEIHANG:
        seen.update(endpoint for endpoint in site.app.view_functions if endpoint.startswith(SHARED))
    for address in ahead:
        reader.open(address)
        yield address
        for link in reader.page.locator("a[href]").evaluate_all("links => links.map(link => link.href)"):
            kind = _kind(matcher, link)
            if link.startswith(site.url) and kind and kind not in seen:
                seen.add(kind)
                ahead.append(link.removeprefix(site.url))


def _kind(matcher, link):
    """Which page an address belongs to; none for a file, which a browser saves instead of showing."""
    path = urlsplit(link).path
    if "." in path.rpartition("/")[2] and "/institutions/" not in path:
        return None
    try:
        endpoint, _values = matcher.match(path)
    except HTTPException:
        return None
    return None if endpoint == "web.choose_language" else endpoint
