"""Who sits at the browser? Somebody who opens pages, and notices whatever goes wrong behind them."""

import re
from http import HTTPStatus

from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

from dualdegree.cli.demonstration.command import PASSWORD

BEIHANG = "registrar@buaa.example"
UPV = "registrar@upv.example"
PATIENCE = 30_000
"""How long a page may take in milliseconds, on a machine that is busy with something else."""


class Reader:
    """One browser of one person: pages from ``url`` and from nowhere else, in one language.

    ``faults`` holds every request to another address, every complaint of the browser (its content policy's among them)
    and every answer that no page should get; a fixture fails the test if there is any.
    """

    def __init__(self, browser: Browser, url: str, *, language: str = "en", session: str = "", **context) -> None:
        self.url = url
        self.faults: list[str] = []
        self.context = browser.new_context(base_url=url, service_workers="block", accept_downloads=True, **context)
        self.context.set_default_timeout(PATIENCE)
        cookies = {"language": language, "dualdegree": session}
        kept = [{"name": name, "value": value, "url": url} for name, value in cookies.items() if value]
        self.context.add_cookies(kept)
        self.context.route(re.compile(rf"^(?!{re.escape(url)}/)"), self._stop)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        self.context.on("response", self._look)
        self.page: Page = self.context.new_page()
        expect.set_options(timeout=PATIENCE)

    def open(self, address: str) -> Response:
        answer = self.page.goto(address)
        assert answer is not None
        return answer

    def sign_in(self, email: str) -> None:
        """Sign in on the open page."""
        self.page.locator("#email").fill(email)
        self.page.locator("#password").fill(PASSWORD)
        self.send()
        expect(self.page.locator("header form[action='/sign-out']")).to_be_visible()

    def follow(self, name: str) -> None:
        """Follow the link of this name in the page, not in the menu above it."""
        self.page.locator("main").get_by_role("link", name=name, exact=True).click()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def send(self) -> None:
        """Send the one form of the page, in whatever language its button speaks."""
        self.page.locator("main form button[type=submit]").click()

    def student(self, number: str) -> str:
        """Find a student by number, as a registrar does; the address of the record."""
        self.open(f"/students?q={number}")
        self.page.locator("main tbody th a").click()
        expect(self.page.locator(".eyebrow")).to_contain_text(number)
        return self.page.url.removeprefix(self.url)

    def main(self) -> str:
        """The words of the page without its banner and foot, as they are read."""
        return self.page.locator("main").inner_text()

    def status(self, address: str) -> int:
        """What an address answers to this reader, without showing it."""
        answer = self.context.request.get(self.url + address, max_redirects=0)
        self._judge(answer.status, address)
        return answer.status

    def close(self) -> None:
        self.context.close()

    def _stop(self, route) -> None:
        self.faults.append(f"asked another address: {route.request.url}")
        route.abort()

    def _hear(self, said: ConsoleMessage) -> None:
        # The browser repeats every 4xx answer in its console; ``_look`` judges those.
        if said.type in ("error", "warning") and not said.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {said.text}")

    def _look(self, answer: Response) -> None:
        if not answer.url.startswith(f"{self.url}/") and not answer.url.startswith("data:"):
            self.faults.append(f"answered from another address: {answer.url}")
        part_of_page = answer.request.resource_type != "document"
        if part_of_page and answer.status >= HTTPStatus.BAD_REQUEST:
            self.faults.append(f"{answer.status} for a part of a page: {answer.url}")
        self._judge(answer.status, answer.url)

    def _judge(self, status: int, address: str) -> None:
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.faults.append(f"{status}: {address}")
