"""Where can this reader go from here?"""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, request, url_for

from dualdegree.core.policy import may, own_business
from dualdegree.core.text import Message
from dualdegree.web import access, pages

PLAIN = "!$'()*,/:;?@"
"""Signs that stand behind the question mark as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One word of the menu. ``current``: ``page`` on that very page, ``true`` on a page below it, else empty."""

    label: Message
    url: str
    current: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuGroup:
    """Words of the menu that belong together. Without a ``label`` they stand in the row itself."""

    label: Message | None
    items: tuple[MenuItem, ...]

    @property
    def current(self) -> bool:
        """Whether the page that is read is one of these, or stands below one."""
        return any(item.current for item in self.items)


GROUPS: tuple[Message | None, ...] = (
    None,
    Message("Records"),
    Message("Recognition"),
    Message("Training"),
    Message("Degrees"),
    Message("Programme"),
)
"""What the menu's words are gathered under: the hundreds of a page's place in the menu say which."""


def init_app(app: Flask) -> None:
    """Give templates the menu and the addresses of the page itself in other forms."""
    app.jinja_env.globals.update(menu=menu, actor=access.actor, here=here, switch=switch)


def menu() -> tuple[MenuGroup, ...]:
    """The pages that this reader may open from the menu, in its order. A group of one page is that page itself."""
    actor = access.actor()
    own = own_business(actor)
    places = [(facts.menu, endpoint, facts) for endpoint, facts in pages.every_page(current_app).items() if facts.menu]
    items: dict[int, list[MenuItem]] = {number: [] for number in range(len(GROUPS))}
    for (place, label), endpoint, facts in sorted(places, key=lambda place: (place[0][0], place[1])):
        if actor is not None and may(actor, facts.needs, own):
            url = url_for(endpoint)
            items[place // 100].append(MenuItem(label=label, url=url, current=_current(url)))
    return tuple(
        MenuGroup(label=label if len(items[number]) > 1 else None, items=tuple(items[number]))
        for number, label in enumerate(GROUPS)
        if items[number]
    )


def here(**changes: object) -> str:
    """The address of this very page with some of its values changed, as pagination and filters need it."""
    sent = {name: value for name, value in request.args.to_dict().items() if name not in (request.view_args or {})}
    asked = {name: str(value) for name, value in {**sent, **changes}.items() if value is not None}
    # What readers send stays behind the question mark: to ``url_for``, ``_scheme`` or ``_method`` would mean something.
    address = url_for(request.endpoint or "", **(request.view_args or {}))
    return f"{address}?{urlencode(asked, safe=PLAIN)}" if asked else address


def switch(language: str) -> str:
    """The address that changes the language and comes back to this page."""
    way_back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    return url_for("web.choose_language", language=language, next=way_back)


def safe(target: str | None, otherwise: str) -> str:
    """``target`` if it is a page of this very site, else ``otherwise``: a link must not lead readers elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return otherwise
    if "\\" in target or any(ord(sign) < 32 for sign in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target


def _current(url: str) -> str:
    if request.path == url:
        return "page"
    return "true" if url != "/" and request.path.startswith(f"{url}/") else ""
