"""Every kind of form, four times at once and once more: is it done once, and does nothing end in a fault?"""

import html
import io
import re
from collections import Counter

import pytest
import sqlalchemy as sa
from lxml.html import fromstring as html_of

from dualdegree.db import db
from dualdegree.events import Event
from tests.atonce import at_once, clients_of
from tests.audit.test_exception_pages import BY_BODY
from tests.everywhere.world import build
from tests.graduates import text
from tests.people import PASSWORD, signed_in
from tests.programmes.papers import NORTH, SOUTH
from tests.recognition.syllabi import pdf

TIMES = 4
WORDS = "several other words in a row"
AGREEMENT = text("agreement.yaml").replace('version: "1"', 'version: "9"')
CURRICULUM = text("south/curriculum.yaml").replace('version: "2024"', 'version: "2029"')
EQUIVALENCES = text("equivalences.yaml").replace('version: "1"', 'version: "8"')
GRADES = f"institution,field,cycle,year,grade,count\n{'south.example'},0613,7,2024,9,9\n"
PROFILE = text("south/institution.yaml") + "# Mended.\n"
MILESTONES = text("south/milestones.csv").encode()
DOCUMENT = "/documents/DOUBLE-2026-000001"

DEEDS = (
    ("the-student", "/account", "/account/language", {"language": "es"}),
    ("the-student", "/messages", "/messages/read", {}),
    (
        "the-student",
        f"/students/1/what-if?add={NORTH}::N6",
        "/students/1/plans/save",
        {"name": "Maps", "add": [f"{NORTH}::N6"]},
    ),
    ("the-student", "/plans/1", "/plans/1/change", {"name": "A year from now"}),
    ("the-student", "/plans/1", "/plans/1/delete", {}),
    ("the-student", "/recognition/requests/1", "/recognition/requests/1/paper", {"file": ("guide.pdf", pdf(2))}),
    ("the-student", "/recognition/requests/1", "/recognition/requests/1/withdraw", {}),
    (
        "the-student",
        "/students/1/recognition/new?degree=south",
        "",
        {
            "kind": "study",
            "sources": [f"{NORTH}/N3/2024-2/1"],
            "group": "optional",
            "group_credits": "4",
            "words": "Graphs were part of it.",
            "save": "1",
        },
    ),
    (
        "the-student",
        "/students/1/stays/new?degree=south",
        "",
        {"begins": "2027-2", "studied": "N4", "group": "optional", "group_credits": "3"},
    ),
    ("the-student", "/recognition/stays/1", "/recognition/stays/1/accept", {}),
    ("the-student", "/recognition/stays/1", "/recognition/stays/1/withdraw", {}),
    ("the-student", "/placements/1", "/placements/1/write", {"what": "log:2026-W10", "words": "Began."}),
    ("the-mentor", "/placements/1", "/placements/1/read", {"what": "read:2026-03", "words": "Well done."}),
    ("registrar", "/enterprises/new", "", {"name_en": "Mills", "country": "ES", "identifier": "B-2", "place": "Elx"}),
    ("registrar", "/mentors/2", "/mentors/2/appoint", {"first": "2028-01-01", "last": "", "decided_by": "Committee"}),
    (
        "the-student",
        "/students/1/certificates/new",
        "",
        {"language": "en", "level": "cefr:C1", "issuer": "Levante", "number": "X-0815", "awarded_on": "2025-05-05"},
    ),
    ("the-student", "/certificates/1", "/certificates/1/withdraw", {}),
    ("registrar", "/theses/1/review", "", {"reviewer": "Rui Paz", "on": "2026-11-01", "opinion": "favourable"}),
    ("registrar", "/theses/1/embargo", "", {"until": "2030-01-01", "reason": "A patent."}),
    ("the-advisor", "/theses/1/stages/topic/signature", "", {"words": "Good.", "sign": "1"}),
    ("the-advisor", "/theses/defences/1/corrections", "", {"on": "2026-11-23"}),
    ("the-advisor", "/exceptions/1", "/exceptions/1/withdraw", {"reason": "It was passed."}),
    (
        "the-advisor",
        "/students/2/exceptions/new?degree=south",
        "",
        {"kind": "waive", "requirement": "optional", "reason": "Sat elsewhere.", "confirm": "1"},
    ),
    ("registrar", "/syllabi", "", {"file": ("guide.pdf", pdf(3))}),
    ("registrar", "/cohorts", "/cohorts/1/stop", {}),
    ("registrar", "/agreements/2", "/agreements/2/approve", {}),
    ("registrar", "/curricula/3/effect", "/curricula/3/submit", {}),
    ("registrar", "/institutions/south.example", "", {"text": PROFILE}),
    ("registrar", "/agreements/new", "", {"text": AGREEMENT, "confirm": "1"}),
    ("registrar", "/curricula/new", "", {"text": CURRICULUM, "confirm": "1"}),
    ("registrar", "/equivalences/new", "", {"text": EQUIVALENCES, "confirm": "1"}),
    ("registrar", "/grade-tables/new", "", {"text": GRADES, "confirm": "1"}),
    ("registrar", "/equivalences/2", "/equivalences/2/approve", {}),
    ("registrar", "/equivalences/2", "/equivalences/2/next", {"version": "9"}),
    ("registrar", "/imports/new", "", {"kind": "milestones", "file": ("milestones.csv", MILESTONES)}),
    ("registrar", "/imports/7", "/imports/7/confirm", {}),
    ("registrar", "/holds/1/lift", "", {"reason": "It was paid."}),
    ("registrar", f"{DOCUMENT}/replace", "", {"languages": "zh_Hans+es", "reason": "A name was wrong."}),
    ("registrar", "/documents/DOUBLE-2026-000002/revoke", "", {"reason": "A name was wrong."}),
    ("registrar", "/students/1/conferral", "/students/1/conferral/withdraw", {"reason": "A name was wrong."}),
    ("partner-registrar", "/cohorts", "/cohorts/start", {"include": "official"}),
    ("the-student", "/account/password", "", {"old": PASSWORD, "new": WORDS, "again": WORDS}),
)
"""Who sends the form of which page, to which address if another, with what entered. In an order in which each can be
done once more after those before it."""
MAY_BE_THERE_OFTEN = {"/imports/new", "/account", "/messages"}
"""Pages whose form may be done once from each window: nothing holds before it is confirmed, or it stays the same."""


@pytest.fixture
def senders(app, offices):
    """A browser for each of those who act."""
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    with offices.graduates() as graduates:
        for side, institution in (("north", NORTH), ("south", SOUTH)):
            graduates.take("institution", institution, text(f"{side}/institution.yaml") + BY_BODY)
    with app.app_context():
        world = build(db.session())
        db.session.commit()
        return {who: signed_in(app, db.session, world.people[who]) for who, *_ in DEEDS}


def window(client, page, action):
    """What a page holds in the form that leads there, unseen: its mark, and what the reader has seen."""
    shown = client.get(page, buffered=True)
    forms = re.findall(r'<form method="post"[^>]*?action="([^"]*)"[^>]*>(.*?)</form>', shown.text, re.DOTALL)
    form = next(
        (
            fields
            for target, fields in forms
            if html.unescape(target).partition("?")[0] in {action, page.partition("?")[0]}
        ),
        "",
    )
    hidden = [tag for tag in re.findall("<input[^>]*>", form) if 'type="hidden"' in tag]
    fields = {}
    for tag in hidden:
        value = re.search(r'value="([^"]*)"', tag)
        fields[re.search(r'name="([^"]*)"', tag)[1]] = html.unescape(value[1]) if value else ""
    return fields


def sending(client, page, action, hidden, entered):
    """Sends the form; files are opened anew each time."""

    def send():
        files = {name: (io.BytesIO(value[1]), value[0]) for name, value in entered.items() if isinstance(value, tuple)}
        return client.post(action or page, data={**hidden, **entered, **files}, buffered=True)

    return send


def events(app, after=0):
    """What the histories have told since."""
    with app.app_context():
        query = sa.select(Event.id, Event.institution_id, Event.act, Event.subject).where(Event.id > after)
        return db.session.execute(query.order_by(Event.id)).all()


def where(answer):
    return answer.status_code, answer.headers.get("Location", "")


def reason(answer):
    """What a page says first of why it refused."""
    said = re.search(r'<p class="lead">(.*?)</p>|notice-danger.*?<li>(.*?)</li>', answer.text, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", said[0]).strip() if said else ""


def test_a_form_sent_four_times_at_once_and_once_more_is_done_once(app, senders):
    wrong = []
    for who, page, action, entered in DEEDS:
        hidden = window(senders[who], page, action)
        wrong += [] if hidden.get("once") else [(who, page, action, "cannot be told from the next")]
        last = max(event.id for event in events(app))
        answers = at_once(
            *(sending(client, page, action, hidden, entered) for client in clients_of(senders[who], TIMES)),
        )
        answers.append(sending(senders[who], page, action, hidden, entered)())
        acts = Counter((event.institution_id, event.act, event.subject) for event in events(app, last))
        if {answer.status_code for answer in answers} != {302} or len(set(map(where, answers))) > 1:
            wrong.append((who, page, action, sorted(set(map(where, answers))), reason(answers[0])))
        wrong += [(who, page, action, act, number) for act, number in acts.items() if number > 1]

    assert not wrong, "\n".join(map(repr, wrong))


def test_the_same_from_four_windows_at_once_is_done_once_and_refused_with_a_sentence(app, senders):
    wrong = []
    for who, page, action, entered in DEEDS:
        clients = clients_of(senders[who], TIMES)
        windows = [window(client, page, action) for client in clients]
        last = max(event.id for event in events(app))
        answers = at_once(
            *(sending(*each, entered) for each in zip(clients, [page] * 4, [action] * 4, windows, strict=True)),
        )
        acts = Counter((event.institution_id, event.act) for event in events(app, last))
        statuses = sorted(answer.status_code for answer in answers)
        if statuses[0] != 302 or not set(statuses) <= {302, 400, 404, 409}:
            wrong.append((who, page, action, statuses, reason(answers[0])))
        if page not in MAY_BE_THERE_OFTEN:
            wrong += [(who, page, action, act, number) for act, number in acts.items() if number > 1]

    assert not wrong, "\n".join(map(repr, wrong))


def test_an_import_is_confirmed_or_withdrawn_and_never_both(app, senders):
    registrar = senders["registrar"]
    confirm, withdraw = (window(registrar, "/imports/7", f"/imports/7/{step}") for step in ("confirm", "withdraw"))
    pairs = [("confirm", confirm), ("withdraw", withdraw)] * 2

    answers = at_once(
        *(
            sending(client, "/imports/7", f"/imports/7/{step}", hidden, {})
            for client, (step, hidden) in zip(clients_of(registrar, 4), pairs, strict=True)
        ),
    )

    succeeded = {step for answer, (step, _hidden) in zip(answers, pairs, strict=True) if answer.status_code == 302}
    assert len(succeeded) == 1
    assert {answer.status_code for answer in answers} == {302, 409}


def test_four_people_save_one_revision_of_a_profile_and_one_of_them_is_right(app, senders):
    clients = clients_of(senders["registrar"], TIMES)
    page = "/institutions/south.example"
    windows = [window(client, page, "") for client in clients]

    answers = at_once(
        *(
            sending(client, page, "", hidden, {"text": f"{PROFILE}# {number}\n"})
            for number, (client, hidden) in enumerate(zip(clients, windows, strict=True))
        ),
    )

    assert sorted(answer.status_code for answer in answers) == [302, 409, 409, 409]
    assert sum("Somebody else saved this profile meanwhile" in answer.text for answer in answers) == 3


def test_of_four_changes_of_one_password_one_succeeds(app, senders):
    clients = clients_of(senders["the-student"], TIMES)
    page = "/account/password"
    windows = [window(client, page, "") for client in clients]

    answers = at_once(
        *(
            sending(
                client, page, "", hidden, {"old": PASSWORD, "new": f"{WORDS} {number}", "again": f"{WORDS} {number}"}
            )
            for number, (client, hidden) in enumerate(zip(clients, windows, strict=True))
        ),
    )

    assert [answer.status_code for answer in answers].count(302) == 1


@pytest.mark.parametrize(
    ("page", "action", "field", "entered"),
    [
        ("/agreements/new", "", "text", lambda number: {"text": f"{AGREEMENT}# {number}\n", "confirm": "1"}),
        ("/curricula/new", "", "text", lambda number: {"text": f"{CURRICULUM}# {number}\n", "confirm": "1"}),
        ("/equivalences/2", "/equivalences/2/next", "version", lambda _number: {"version": "9"}),
        ("/syllabi", "", "file", lambda _number: {"file": ("guide.pdf", pdf(3))}),
    ],
)
def test_whoever_collides_with_another_gets_the_form_back_with_what_was_typed(senders, page, action, field, entered):
    clients = clients_of(senders["registrar"], TIMES)
    windows = [window(client, page, action) for client in clients]

    answers = at_once(
        *(
            sending(client, page, action, hidden, entered(number))
            for number, (client, hidden) in enumerate(zip(clients, windows, strict=True))
        ),
    )

    stored = [answer.status_code for answer in answers].count(302)
    assert stored == 1 if field == "text" else stored > 0, "of four different texts one is stored"
    for number, answer in enumerate(answers):
        assert answer.status_code in {302, 400, 409}
        if answer.status_code != 302:
            refused = html_of(answer.text).xpath("//form[@method='post']//*[@aria-invalid='true']")
            assert [place.get("name") for place in refused] == [field]
            typed = refused[0].text if field == "text" else refused[0].get("value", "")
            assert field == "file" or (typed or "").strip() == entered(number)[field].strip()
