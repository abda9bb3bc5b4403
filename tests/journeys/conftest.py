"""What does a journey start with? A browser, the demonstration on a server of its own, and readers who notice faults."""

import shutil
from pathlib import Path

import pytest

from dualdegree import create_app
from tests import databases
from tests.journeys import catalogues
from tests.journeys.reader import Reader
from tests.journeys.site import Site, load_demonstration, settings, sign_in

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""First the same engine without windows: a window takes a second and more, and each reader sits at one."""
SWITCHES = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Playwright starts the browser that the machine has; it never downloads one."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        databases.required("Chromium", "no chromium on the path; on Debian: apt-get install chromium-headless-shell")
    return {"executable_path": browser_path, "args": list(SWITCHES)}


@pytest.fixture(scope="session")
def demonstration(browser, tmp_path_factory):
    """The file of a database that holds the demonstration; every site has a copy."""
    catalogues.compiled()
    file = tmp_path_factory.mktemp("demonstration") / "demonstration.db"
    load_demonstration(file)
    return file


@pytest.fixture(scope="session")
def sessions(demonstration):
    """Everybody's session cookie: whoever sits down as somebody need not sign in again."""
    return sign_in(create_app(settings(demonstration.parent, demonstration)))


@pytest.fixture
def site(demonstration, sessions, wardrobe, tmp_path):
    """A site to change things on; its application is the same for every test, its database and its folder are not."""
    file = demonstration.with_name("site.db")
    for suffix in ("-wal", "-shm"):
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
    shutil.copy(demonstration, file)
    own = settings(tmp_path, file)
    with wardrobe.lent("site", str(file), lambda: create_app(own), own) as app:
        opened = Site(app, file)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def museum(demonstration, sessions, tmp_path_factory):
    """A site to look at: whoever changes something there changes it for every other test."""
    folder = tmp_path_factory.mktemp("museum")
    file = Path(shutil.copy(demonstration, folder))
    opened = Site(create_app(settings(folder, file)), file)
    yield opened
    opened.close()


@pytest.fixture
def readers(browser, sessions):
    """Lets people sit down at a browser: ``readers(site, "somebody@...")``; fails the test for any fault they noticed."""
    seated = []

    def sit_down(site, email=None, **context):
        reader = Reader(browser, site.url, session=sessions[email] if email else "", **context)
        seated.append(reader)
        return reader

    yield sit_down
    for reader in seated:
        reader.close()
    faults = [fault for reader in seated for fault in reader.faults]
    assert not faults, "\n".join(faults)
