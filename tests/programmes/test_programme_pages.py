"""The pages of agreements, curricula and profiles, as registrars and advisors of both sides use them."""

import html
import re
from io import BytesIO

import pytest

from dualdegree.db import db
from dualdegree.programmes import service
from tests.programmes.papers import AGREEMENT, NORTH_CURRICULUM, SOUTH, SOUTH_CURRICULUM, Office
from tests.programmes.readers import application, hidden, readers, send, store, text


@pytest.fixture
def app(backend, wardrobe, tmp_path):
    with application(wardrobe, backend.url, tmp_path) as lent:
        yield lent


@pytest.fixture
def office(app):
    """Both institutions with an agreement proposed and two drafts; people who can sign in."""
    with app.app_context():
        built = Office(db.session)
        built.agreement()
        built.curriculum()
        built.curriculum(SOUTH_CURRICULUM, SOUTH)
        return readers(app)


def approve(reader):
    digest = hidden(text(reader.get("/agreements/1")), "digest")
    return send(reader, "/agreements/1/approve", "/agreements/1", digest=digest)


def test_an_advisor_reads_the_agreement_and_both_curricula_but_changes_nothing(office):
    page = text(office["advisor"].get("/agreements"))

    assert "Double degree" in page
    assert "North University" in page
    assert "Propose an agreement" not in page
    assert office["advisor"].get("/curricula/1").status_code == 200
    assert "Publish version" not in text(office["advisor"].get("/curricula/1"))
    assert office["student"].get("/agreements").status_code == 403


def test_an_agreement_comes_into_force_on_the_pages_of_two_registrars(office):
    assert "when the other institution approves this very text" in text(approve(office["north"]))
    page = text(office["south"].get("/agreements"))
    assert "Waits for South University" in page
    assert "approved by Lin Yue" in page

    assert "Both institutions have approved this text: it is in force." in text(approve(office["south"]))
    assert "In force" in text(office["south"].get("/agreements"))


def test_a_text_that_changed_meanwhile_is_not_approved(office, app):
    digest = hidden(text(office["north"].get("/agreements/1")), "digest")
    changed = AGREEMENT.replace('"30"', '"36"')
    store(office["south"], "/agreements/new", changed)

    answer = send(office["north"], "/agreements/1/approve", "/agreements/1", digest=digest)

    assert answer.status_code == 409
    assert "The text has changed since you opened it" in text(answer)


def test_the_rules_of_a_curriculum_are_told_in_words(office):
    page = text(office["south"].get("/curricula/1"))

    assert "At least 10 credits of any course." in page
    assert "Matrices" in page
    assert "2024/2025 term 1" in page


def step(reader, word, **fields):
    page = text(reader.get("/curricula/1/effect"))
    return send(reader, f"/curricula/1/{word}", "/curricula/1/effect", digest=hidden(page, "digest"), **fields)


def test_only_registrars_of_the_own_institution_publish_a_draft_and_two_of_them(office):
    assert "What it changes" not in text(office["south"].get("/curricula/1"))
    assert send(office["south"], "/curricula/1/publish", "/agreements/1").status_code == 403

    assert "Submitted. Another registrar of your institution publishes it" in text(step(office["north"], "submit"))
    assert "Publish version 1" not in text(office["north"].get("/curricula/1/effect"))
    own = text(step(office["north"], "publish"))
    assert "nobody publishes what they submitted; another registrar of your institution can publish it" in own
    assert "Another person has to do this" in own
    assert "You have done this already" in text(step(office["north"], "submit"))

    assert "The version is published." in text(step(office["other"], "publish"))
    assert "Publish version 1" not in text(office["other"].get("/curricula/1/effect"))


def test_what_is_sent_back_shows_its_reason(office):
    step(office["north"], "submit")
    assert step(office["other"], "send-back", reason="").status_code == 400

    page = text(step(office["other"], "send-back", reason="The tags are missing"))

    assert "It was sent back by He Jing" in page
    assert "The tags are missing" in page


def test_a_draft_that_changed_meanwhile_is_not_published(office):
    step(office["north"], "submit")
    digest = hidden(text(office["other"].get("/curricula/1/effect")), "digest")
    changed = NORTH_CURRICULUM.replace('at_least: "10"', 'at_least: "11"')
    store(office["north"], "/curricula/new", changed)

    answer = send(office["other"], "/curricula/1/publish", "/curricula/1/effect", digest=digest)

    assert answer.status_code == 409
    assert "The text has changed since you opened it" in text(answer)


@pytest.mark.parametrize(("address", "first"), [("/curricula/new", NORTH_CURRICULUM), ("/agreements/new", AGREEMENT)])
def test_nobody_overwrites_a_draft_without_having_seen_that_it_is_there(office, address, first):
    mine = f"{first}# Mine.\n"
    seen = hidden(text(send(office["north"], address, text=mine, look="1")), "replaces")
    store(office["north"], address, f"{first}# Theirs.\n")

    answer = send(office["north"], address, text=mine, confirm="1", replaces=seen)

    assert answer.status_code == 409
    assert "Another text is stored under this version by now" in text(answer)
    assert "# Mine." in text(answer)
    again = send(office["north"], address, text=mine, confirm="1", replaces=hidden(text(answer), "replaces"))
    assert "Stored." in text(again)


def test_a_curriculum_is_checked_before_it_is_stored(office, app):
    later = NORTH_CURRICULUM.replace('version: "1"', 'version: "2"')

    looked = text(send(office["north"], "/curricula/new", text=later, look="1"))
    assert "The text is sound. Nothing has been stored yet" in looked
    assert len(stored(app)) == 2

    assert "Stored." in text(send(office["north"], "/curricula/new", text=later, confirm="1"))
    assert len(stored(app)) == 3


def stored(app):
    with app.app_context():
        return service.curriculum_versions(db.session, ["double"])


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (NORTH_CURRICULUM.replace('credits: "2"', 'credits: "two"'), "Line 14, courses[1].credits: &#34;two&#34; is"),
        ("{: : [", "this is neither JSON nor YAML"),
        ("", "Choose a file, or paste its text."),
        (SOUTH_CURRICULUM, "Line 2, institution: this is the curriculum of another institution"),
    ],
)
def test_a_bad_text_is_refused_on_the_page_with_its_line_and_nothing_is_stored(office, app, sent, said):
    answer = send(office["north"], "/curricula/new", text=sent, confirm="1")

    assert answer.status_code == 400
    assert said in text(answer)
    assert len(stored(app)) == 2


def test_a_file_that_is_no_text_is_refused_on_the_page(office):
    answer = send(office["north"], "/curricula/new", file=(BytesIO(b"\xff\xfe\x00PK"), "curriculum.yaml"), look="1")

    assert answer.status_code == 400
    assert "The file is not text in UTF-8" in text(answer)


def test_a_file_fills_the_text_so_that_it_can_be_mended_and_stored(office):
    later = NORTH_CURRICULUM.replace('version: "1"', 'version: "2"')
    answer = send(office["north"], "/curricula/new", file=(BytesIO(later.encode()), "c.yaml"), look="1")

    assert "The text is sound" in text(answer)
    assert "curriculum: north-side" in text(answer)


def test_a_registrar_edits_the_own_profile_and_sees_its_history(office):
    page = text(office["south"].get(f"/institutions/{SOUTH}"))
    changed = "# mended\n" + service_profile(page)

    answer = send(office["south"], f"/institutions/{SOUTH}", text=changed, revision=hidden(page, "revision"))

    assert "The profile is saved." in text(answer)
    assert "# mended" in text(answer)
    assert "Profile saved" in text(answer)
    assert "Amparo Ripoll" in text(answer)
    assert office["north"].get(f"/institutions/{SOUTH}").status_code == 403


def service_profile(page):
    return html.unescape(re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)[1])


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("es-10", "es-20", "Line 7, grade_scale: &#34;es-20&#34; is not known here"),
        ("institution: south.example", "institution: north.example", "Line 1, institution: this is the profile of"),
    ],
)
def test_a_mistake_in_a_profile_is_shown_with_its_line_and_the_text_is_kept(office, wrong, right, said):
    page = text(office["south"].get(f"/institutions/{SOUTH}"))
    mistaken = service_profile(page).replace(wrong, right)

    answer = send(office["south"], f"/institutions/{SOUTH}", text=mistaken, revision=hidden(page, "revision"))

    assert answer.status_code == 400
    assert said in text(answer)
    assert right in text(answer)


def test_whoever_saves_second_is_told_and_keeps_the_text(office):
    page = text(office["south"].get(f"/institutions/{SOUTH}"))
    profile, seen = service_profile(page), hidden(page, "revision")
    send(office["south"], f"/institutions/{SOUTH}", text=profile + "# first\n", revision=seen)

    answer = send(office["south"], f"/institutions/{SOUTH}", text=profile + "# second\n", revision=seen)

    assert "Somebody else saved this profile meanwhile" in text(answer)
    assert "# second" in text(answer)


def test_an_earlier_state_of_the_profile_is_restored_from_its_history(office):
    page = text(office["south"].get(f"/institutions/{SOUTH}"))
    changed = service_profile(page).replace("South University", "University of the South")
    send(office["south"], f"/institutions/{SOUTH}", text=changed, revision=hidden(page, "revision"))
    page = text(office["south"].get(f"/institutions/{SOUTH}"))
    assert "1 line differs" in page
    where = re.search('action="([^"]+/restore)"', page)[1]

    answer = send(office["south"], where, f"/institutions/{SOUTH}", revision="2")

    assert "The earlier state of the profile is restored." in text(answer)
    assert "South University" in service_profile(text(answer))


@pytest.mark.parametrize("url", ["/agreements/99", "/curricula/99", "/institutions/nowhere.example"])
def test_what_is_not_there_is_not_found(office, url):
    assert office["south"].get(url).status_code == 404


@pytest.mark.parametrize(("paper", "own"), [("curricula", NORTH_CURRICULUM), ("agreements", AGREEMENT)])
def test_a_text_is_taken_away_as_it_was_written_and_a_new_version_begins_with_it(office, paper, own):
    answer = office["north"].get(f"/{paper}/1/text.yaml")

    assert answer.get_data() == own.encode()
    assert answer.mimetype == "application/yaml"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert f"/{paper}/1/text.yaml" in text(office["north"].get(f"/{paper}/1"))
    assert "degree:" in text(office["north"].get("/curricula/new?from=1"))


def test_nobody_begins_with_a_text_that_is_not_theirs_to_read(office):
    assert "degree:" not in text(office["south"].get("/curricula/new?from=1"))
    assert office["south"].get("/curricula/new?from=99").status_code == 404
