"""Every page, opened by everybody: does it open for whom the policy says, and is it a page?"""

import pytest
from flask import url_for

from dualdegree.accounts import service
from dualdegree.core.policy import may, may_know_of, own_business
from dualdegree.db import db
from dualdegree.web.pages import About, every_page
from tests.everywhere.reading import read
from tests.everywhere.world import ADDRESSES, CHOOSY, SITUATIONS, build
from tests.people import signed_in

DONE = {200, 302, 303, 400, 409, 413}
"""How a page may answer whom it is open to: a form sent empty is refused with 400."""


@pytest.fixture
def world(app, offices):
    app.config["WTF_CSRF_ENABLED"] = True
    with app.app_context():
        world_built = build(db.session())
        db.session.commit()
        for somebody in world_built.people.values():
            db.session.refresh(somebody)
        db.session.expunge_all()
    return world_built


def addresses(app, world):
    """Every page as (endpoint, facts, method, url); pages that only read first."""
    visits = []
    with app.test_request_context():
        for endpoint, facts in every_page(app).items():
            takes = {name for rule in app.url_map.iter_rules(endpoint) for name in rule.arguments}
            assert not takes or endpoint in ADDRESSES, (
                f"Say in tests/everywhere/world.py which {takes} {endpoint} takes."
            )
            values = ADDRESSES[endpoint](world) if takes else {}
            visits += [(endpoint, facts, method, url_for(endpoint, **values), values) for method in facts.methods]
    return sorted(visits, key=lambda visit: (visit[2] != "GET", visit[0]))


def subject_of(facts, values):
    if facts.about is None:
        return None
    loaded = facts.about(db.session(), **{name: values[name] for name in facts.named if name in values})
    return loaded.subject if isinstance(loaded, About) else loaded.policy_subject()


def expected(actor, facts, subject):
    """What the policy says: the statuses that this reader may get."""
    subject = own_business(actor) if subject is None else subject
    if may(actor, facts.needs, subject):
        return DONE
    if actor is None:
        return {302}
    return {403} if may_know_of(actor, subject) else {404}


def clients(app, world, who):
    """Makes a client in which this reader has just signed in: some pages end the sign-in."""

    def make():
        if who == "public":
            return app.test_client()
        with app.app_context():
            return signed_in(app, db.session, db.session.merge(world.people[who], load=True))

    return make


def actor_of(app, world, who):
    if who == "public":
        return None
    with app.app_context():
        return service.actor_of(db.session.merge(world.people[who], load=True))


def test_every_route_says_who_may_open_it(app):
    pages = every_page(app)

    assert [name for name in app.view_functions if name not in pages and not name.endswith("static")] == []


@pytest.mark.parametrize("who", SITUATIONS)
def test_every_page_opens_for_whom_the_policy_says(app, world, who):
    app.config["WTF_CSRF_ENABLED"] = False
    actor, make = actor_of(app, world, who), clients(app, world, who)
    with app.app_context():
        subjects = {visit[0]: subject_of(visit[1], visit[4]) for visit in addresses(app, world)}

    wrong = []
    client = make()
    for endpoint, facts, method, url, _ in addresses(app, world):
        client = make() if method != "GET" else client
        answer = client.open(url, method=method, buffered=True)
        right = expected(actor, facts, subjects[endpoint])
        choosy = {404} if endpoint in CHOOSY and right is DONE else set()
        if answer.status_code not in right | choosy:
            wrong.append((endpoint, method, answer.status_code, right))
        if right == {302} and not answer.headers["Location"].startswith("/sign-in"):
            wrong.append((endpoint, method, answer.headers["Location"]))

    assert wrong == []


# Words do not depend on the database; on PostgreSQL, too, every page is opened by everybody, in the test above.
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["en", "zh_Hans", "es"])
def test_every_page_has_a_title_one_h1_its_language_and_safe_forms(app, world, language):
    readers = [(actor_of(app, world, who), clients(app, world, who)()) for who in SITUATIONS]
    with app.app_context():
        visits = [(*visit[:4], subject_of(visit[1], visit[4])) for visit in addresses(app, world)]
    wrong, asked, seen = [], set(), set()
    for endpoint, facts, _method, url, subject in (visit for visit in visits if visit[2] == "GET"):
        asked.add(endpoint)
        for client in (client for actor, client in readers if expected(actor, facts, subject) is DONE):
            # One of the pages is the choice of a language.
            client.set_cookie("language", language)
            answer = client.get(url, buffered=True)
            seen.update({endpoint} if answer.status_code in {200, 302} else ())
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            wrong += [f"{endpoint}: {fault}" for fault in faults(read(answer.text), language)]

    assert sorted(set(wrong)) == []
    assert sorted(asked - seen) == [], "the world has to be rich enough for somebody to see every page"


def faults(page, language):
    """What is wrong with a page, in words."""
    yield from (["no title"] if not page.title or page.title.startswith("·") else [])
    yield from (["not exactly one h1 with words"] if len(page.h1) != 1 or not page.h1[0] else [])
    yield from ([f"lang is {page.lang}"] if page.lang != language.replace("_", "-") else [])
    yield from (["not exactly one main"] if page.main != 1 else [])
    yield from (["a form without protection"] if page.tokens < page.posts else [])
    yield from (["a form that is done again when it is sent again"] if page.marks < page.posts - page.unmarked else [])
    yield from (f"the id {name} twice" for name in set(page.ids) if page.ids.count(name) > 1)
    yield from (f"no label for {name}" for name in page.unlabelled)
    yield from (f"inline: {what}" for what in page.inline)
