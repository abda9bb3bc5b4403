"""Every form of every page, sent with something wrong: is it said first, at the field, and is nothing typed lost?"""

import io

import pytest
import sqlalchemy as sa
from lxml import html

from dualdegree.db import db
from dualdegree.requests.models import LearningAgreement, RecognitionRequest
from tests.audit.test_exception_pages import BY_BODY
from tests.everywhere.test_pages import DONE, actor_of, addresses, clients, expected, subject_of
from tests.everywhere.world import SITUATIONS, build
from tests.graduates import text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH

REMARK = "A remark of some length"
BACKWARDS = {
    "reference": "C-9",
    "signed_on": "2026-01-02",
    "valid_from": "2026-02-01",
    "valid_until": "2026-01-01",
    "areas": REMARK,
}
WRONG = {
    "accounts.language": ({"language": "tlh"}, {"language"}),
    "accounts.password": ({"old": "", "new": "short", "again": "other"}, {"old", "again"}),
    "accounts.sign_in": ({"email": "", "password": ""}, {"email", "password"}),
    "certificates.confirm": ({"on": "2001-01-01"}, {"original"}),
    "certificates.new": (
        {"issuer": "Cambridge", "number": "4711", "awarded_on": "2025-01-01", "expires_on": "2024-01-01"},
        {"expires_on"},
    ),
    "certificates.refuse": ({"reason": " "}, {"reason"}),
    "cohorts.start": ({"include": "everything"}, {"include"}),
    "records.columns": ({"column_0": "everything"}, {"column_0"}),
    "conferral.withdraw": ({"reason": ""}, {"reason"}),
    "degrees.drop": ({"reason": ""}, {"reason"}),
    "degrees.graduation": ({"outcome": "graduated", "on": "2099-01-01", "number": "12"}, {"on"}),
    "degrees.notice": ({"grounds": ""}, {"grounds"}),
    "degrees.statement": ({"statement": ""}, {"statement"}),
    "enrolments.hold": ({"kind": "fees", "reason": " "}, {"reason"}),
    "enrolments.lift": ({"reason": " "}, {"reason"}),
    "enrolments.state": ({"state": "leave", "since": "2026-13-01", "reason": REMARK}, {"since"}),
    "equivalences.begin": ({"version": ""}, {"version"}),
    "equivalences.entry": ({"id": "graphs", "sources-0-credits": "6", "note_en": REMARK}, {"sources-0-code"}),
    "evidence.keep": ({"file": (b"no PDF", "guide.pdf")}, {"file"}),
    "exceptions.decide": ({"on": "2099-01-01", "minute": "7/2026", "reason": REMARK, "grant": "1"}, {"on"}),
    "exceptions.new": (
        {"kind": "reduce", "requirement": "root", "at_least": "few", "reason": REMARK},
        {"at_least"},
    ),
    "exceptions.withdraw": ({"reason": ""}, {"reason"}),
    "enterprises.new": ({"name_en": " ", "identifier": "", "place": REMARK}, {"name_en"}),
    "enterprises.edit": ({"name_zh_Hans": "", "name_en": " ", "name_es": "", "place": REMARK}, {"name_en"}),
    "enterprises.new_agreement": (BACKWARDS, {"valid_until"}),
    "enterprises.agreement": (BACKWARDS, {"valid_until"}),
    "mentors.new": ({"kind": "university", "name": REMARK, "email": "none", "qualification": "x"}, {"email"}),
    "mentors.edit": ({"kind": "university", "name": REMARK, "email": "none", "qualification": "x"}, {"email"}),
    "mentors.appoint": ({"first": "2028-01-02", "last": "2028-01-01", "decided_by": REMARK}, {"last"}),
    "mentors.end": ({"appointment": "x", "last": "2026-01-01"}, {"appointment"}),
    "mentors.invitation": ({"new": "short", "again": "other"}, {"again"}),
    "placements.new": (
        {"agreement": "", "plan": REMARK, "starts_on": "2026-03-02", "ends_on": "2026-03-01"},
        {"agreement"},
    ),
    "placements.edit": (
        {"agreement": "", "plan": REMARK, "starts_on": "2026-03-02", "ends_on": "2026-03-01"},
        {"agreement"},
    ),
    "placements.write": ({"what": "log:2030-W01", "words": REMARK}, {"what"}),
    "placements.read": ({"what": "nothing", "words": REMARK}, {"what"}),
    "placements.tick": ({"on": "2099-01-01"}, {"on"}),
    "placements.withdraw": ({"reason": " "}, {"reason"}),
    "placements.uncertify": ({"reason": " "}, {"reason"}),
    "placements.evaluation": (
        {"given_technical": "12", "given_initiative": "8", "given_overall": "9", "words": REMARK},
        {"given_technical"},
    ),
    "placements.panel": (
        {"outside": "Wu", "inside": "", "given_overall": "good", "words": REMARK},
        {"outside"},
    ),
    "given.propose": ({"reason": REMARK, "minute": ""}, {"minute"}),
    "given.refuse": ({"reason": " "}, {"reason"}),
    "given.renew": ({"reason": REMARK, "minute": ""}, {"minute"}),
    "given.withdraw": ({"reason": " "}, {"reason"}),
    "grading.new": ({"text": "no,columns\n1,2"}, {"text"}),
    "plans.change": ({"name": " "}, {"name"}),
    "plans.save": ({"name": " "}, {"name"}),
    "programmes.institution": ({"text": "id: south.example\nscale: 4"}, {"text"}),
    "programmes.new_agreement": ({"text": "agreement: {}"}, {"text"}),
    "programmes.new_curriculum": ({"text": "curriculum: {}", "file": (b"\xff\xfe", "plan.yaml")}, {"file"}),
    "recognition.new": ({"text": "table: {}"}, {"text"}),
    "records.undo_link": ({"reason": " "}, {"reason"}),
    "records.refuse_undoing": ({"answer": " "}, {"answer"}),
    "titles.enter": ({"form": " "}, {"form"}),
    "titles.refuse": ({"reason": " "}, {"reason"}),
    "records.new_import": ({"kind": "grades", "file": (b"", "notas.csv")}, {"file"}),
    "requests.edit": ({"kind": "study", "words": REMARK, "group_credits": "many"}, {"group_credits"}),
    "requests.new": ({"kind": "study", "words": REMARK, "group": "", "group_credits": "4"}, {"group"}),
    "requests.paper": ({"file": (b"no PDF", "guide.pdf")}, {"file"}),
    "requests.appeal": ({"reason": " "}, {"reason"}),
    "requests.lift": ({"reason": " "}, {"reason"}),
    "requests_desk.alike": ({"on": "2026-11-23", "minute": "7/2026", "grant": "1"}, {"chosen"}),
    "requests_desk.decide": (
        {"credits-0": "lots", "minute": "7/2026", "on": "2026-11-23", "explanation": REMARK, "grant": "1"},
        {"credits-0"},
    ),
    "requests_desk.send_back": ({"reason": " "}, {"reason"}),
    "sessions.new": ({"minute": "8/2026", "on": "2099-01-01", "modality": ""}, {"on"}),
    "sessions.session_": ({"result_1": "praised", "reason_1": REMARK}, {"result_1"}),
    "stays.new": ({"begins": "soon", "words": REMARK}, {"begins"}),
    "stays.send_back": ({"reason": " "}, {"reason"}),
    "theses.corrected": ({"on": "2099-01-01"}, {"on"}),
    "theses.defend": (
        {"on": "2099-01-01", "place": REMARK, "in_favour": "3", "against": "0", "abstained": "0"},
        {"on"},
    ),
    "theses.embargo": ({"until": "2001-01-01", "reason": REMARK}, {"until"}),
    "theses.enter": ({"term": "soon"}, {"read"}),
    "theses.hand_in": ({"words": " "}, {"words"}),
    "theses.new": ({"title_en": "", "title_es": "", "title_zh_Hans": ""}, {"title_zh_Hans"}),
    "theses.rename": ({"title_en": "Another", "reason": ""}, {"reason"}),
    "theses.review": ({"reviewer": "", "affiliation": REMARK, "on": "2026-11-01"}, {"reviewer"}),
    "theses.sign": ({"words": REMARK, "reason": "", "send_back": "1"}, {"reason"}),
    "theses.supervisors": ({f"supervisor-{SOUTH}": "0"}, {f"supervisor-{SOUTH}"}),
    "theses.take_out": ({"reason": ""}, {"reason"}),
    "theses.withdraw": ({"reason": ""}, {"reason"}),
    "transcript.issue_interim": ({"languages": "tlh+en"}, {"languages"}),
    "transcript.issue": ({"languages": "tlh+en"}, {"languages"}),
    "transcript.replace": ({"languages": "zh_Hans+es", "reason": ""}, {"reason"}),
    "transcript.revoke": ({"reason": ""}, {"reason"}),
    "verification.verify": ({"code": ""}, {"code"}),
}
"""For each form something wrong to send, and the fields that have to say so."""
ASKED = {"plans.what_if": f"?add={NORTH}::N6", "given.propose": "?student=1"}
"""What the addresses of some pages ask for, so that they have a form."""
MOMENTS = ("submitted", "confirmed", "partly_granted", "entered", "refused")
"""The states of the request in which its pages are walked: each offers other forms."""


@pytest.fixture
def world(app, offices):
    """The walkers' world, in which a body decides on exceptions."""
    app.config["WTF_CSRF_ENABLED"] = False
    with offices.graduates() as graduates:
        graduates.take("institution", SOUTH, text("south/institution.yaml") + BY_BODY)
    with app.app_context():
        world_built = build(db.session())
        db.session.commit()
        for somebody in world_built.people.values():
            db.session.refresh(somebody)
        db.session.expunge_all()
    return world_built


def forms_of(app, world):
    """Every form with something to fill in: its endpoint, who has it on which page, what it sends unseen."""
    known = {}
    for moment in MOMENTS:
        at_moment(app, world, moment)
        with app.app_context():
            visits = [(*visit[:4], subject_of(visit[1], visit[4])) for visit in addresses(app, world)]
        for who in SITUATIONS:
            actor, client = actor_of(app, world, who), clients(app, world, who)()
            for endpoint, facts, method, url, subject in visits:
                again = moment == MOMENTS[0] or endpoint.startswith(("requests", "stays"))
                if method == "GET" and again and expected(actor, facts, subject) is DONE:
                    answer = client.get(f"{url}{ASKED.get(endpoint, '')}", buffered=True)
                    for form in forms_in(answer):
                        known.setdefault(endpoint_of(app, form.get("action")), (moment, who, url, form))
    return known


def at_moment(app, world, moment):
    with app.app_context():
        decided = {"reason": "content", "explanation": "No.", "decided_on": NOW.date(), "appeal_until": NOW.date()}
        less = decided if moment in {"refused", "partly_granted", "entered"} else {}
        body = {"en": "Committee"}
        db.session.execute(
            sa.update(RecognitionRequest)
            .where(RecognitionRequest.id == world.request)
            .values(state=moment, body=body, appeal_body=body, legal_basis=body, explanation_language="en", **less)
        )
        stay = {"confirmed": "accepted", "entered": "endorsed"}.get(moment, "draft")
        own = sa.update(LearningAgreement).where(LearningAgreement.id == world.stay)
        db.session.execute(own.values(state=stay, accepted_at=NOW))
        db.session.commit()


def forms_in(answer):
    if answer.mimetype != "text/html" or answer.status_code != 200:
        return []
    return [form for form in html.fromstring(answer.text).forms if form.method == "POST" and list(visible(form))]


def visible(form):
    return (
        field for field in form.iter("input", "select", "textarea") if field.get("type") not in {"hidden", "submit"}
    )


def endpoint_of(app, action):
    return app.url_map.bind("localhost").match(action.partition("?")[0], method="POST")[0]


def unlabelled(form):
    for field in visible(form):
        labels = form.xpath(".//label[@for=$id]", id=field.get("id"))
        if not any(label.text_content().strip() for label in labels):
            yield field.get("name")


def sent(client, form, entered):
    """What a browser sends of the form, once this is entered."""
    begun = {choice.name: choice.value or "" for choice in form.iter("select") if not choice.multiple}
    unseen = {field.name: field.value or "" for field in form.xpath(".//input[@type='hidden']")}
    files = {name: (io.BytesIO(value[0]), value[1]) for name, value in entered.items() if isinstance(value, tuple)}
    return client.post(form.get("action"), data={**begun, **unseen, **entered, **files}, buffered=True)


def faults(answer, entered, wrong_fields):
    """What a page lacks that refuses this."""
    page = html.fromstring(answer.text)
    yield from ([f"answers {answer.status_code}"] if answer.status_code not in {400, 409} else [])
    yield from ([] if page.findtext(".//title").startswith("Error:") else ["title does not say so"])
    focused = page.xpath("//*[@autofocus]")
    if [summary.get("role") for summary in focused] != ["alert"]:
        yield f"{len(focused)} things have the focus"
        return
    links = set(focused[0].xpath(".//a/@href"))
    for name in wrong_fields:
        fields = page.xpath("//form[@method='post']//*[@name=$name]", name=name)
        refused = [field for field in fields if field.get("aria-invalid") == "true"]
        yield from ([] if refused else [f"{name} is not said to be wrong"])
        for field in refused:
            ids = (field.get("aria-describedby") or "").split()
            said = [page.get_element_by_id(name).text_content().strip() for name in ids if name.endswith("-error")]
            yield from ([] if said and all(said) else [f"{name} does not name what is wrong with it"])
        if refused and f"#{refused[0].get('id')}" not in links:
            yield f"no link to {name} among {links}"
    written = page.xpath("//form[@method='post']//input[@type!='password']/@value | //form[@method='post']//textarea")
    kept = " ".join(str(getattr(field, "value", field)) for field in written)
    for name, value in entered.items():
        typed = page.xpath("//form[@method='post']//*[@name=$n][self::textarea or not(@type='password')]", n=name)
        if isinstance(value, str) and any(field.tag != "select" for field in typed) and value not in kept:
            yield f"{value!r} is lost"


# Words do not depend on the database.
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_every_form_says_what_is_wrong_first_and_at_its_field_and_keeps_what_was_typed(app, world):
    wrong, forms = [], forms_of(app, world)
    assert sorted(WRONG.keys() - forms.keys()) == [], "the world has to be rich enough for somebody to see every form"
    for endpoint, (moment, who, url, form) in sorted(forms.items()):
        at_moment(app, world, moment)
        assert endpoint in WRONG, f"Say in WRONG what would be wrong in the form of {endpoint} on {url}."
        wrong += [(endpoint, url, name, "has no label") for name in unlabelled(form)]
        entered, wrong_fields = WRONG[endpoint]
        answer = sent(clients(app, world, who)(), form, entered)
        wrong += [(endpoint, url, who, fault) for fault in faults(answer, entered, wrong_fields)]

    assert not wrong, "\n".join(map(repr, wrong))
