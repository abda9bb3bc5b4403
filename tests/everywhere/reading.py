"""What is in a page, as far as the walkers ask?"""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageParts:
    """The parts of a page that every page must have, or must not."""

    lang: str = ""
    title: str = ""
    h1: list[str] = field(default_factory=list)
    main: int = 0
    posts: int = 0
    tokens: int = 0
    marks: int = 0
    unmarked: int = 0
    ids: list[str] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.parts = PageParts()
        self.within = []
        self.labels = set()
        self.controls = {}

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        self.within.append(tag)
        if "id" in has:
            self.parts.ids.append(has["id"])
        if "style" in has or any(name.startswith("on") for name in has) or tag in ("script", "style"):
            self.parts.inline.append(self.get_starttag_text())
        match tag:
            case "html":
                self.parts.lang = has.get("lang", "")
            case "h1":
                self.parts.h1.append("")
            case "main":
                self.parts.main += 1
            case "form" if has.get("method", "get").lower() == "post":
                self.parts.posts += 1
                # Who has signed out has signed out, however often it is sent.
                self.parts.unmarked += has.get("action") == "/sign-out"
            case "label":
                self.labels.add(has.get("for"))
            case "input" if has.get("name") == "csrf_token":
                self.parts.tokens += 1
            case "input" if has.get("name") == "once":
                self.parts.marks += 1
            case "input" | "select" | "textarea" if has.get("type") not in ("hidden", "submit"):
                self.controls[has.get("id")] = "aria-label" in has or "aria-labelledby" in has or "label" in self.within

    def handle_endtag(self, tag):
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data):
        if "h1" in self.within:
            self.parts.h1[-1] += data.strip()
        elif "title" in self.within and "svg" not in self.within:
            self.parts.title += data.strip()


def read(html):
    """What the page holds."""
    reader = _Reader()
    reader.feed(html)
    reader.parts.unlabelled = [
        name for name, labelled in reader.controls.items() if not labelled and name not in reader.labels
    ]
    return reader.parts
