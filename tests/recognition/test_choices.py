"""Where an equivalence is the student's choice, it is applied once the student chose it, and who chose is recorded."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from dualdegree.audit.dossiers import dossier
from dualdegree.core.acts import Act
from dualdegree.core.curricula.equivalence_table import read_equivalences
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.source.reading import SourceError
from dualdegree.history import history
from dualdegree.recognition.choices.models import StudentChoice
from dualdegree.recognition.choices.service import WantedChoices, choose
from dualdegree.recognition.tables.sheet_reading import read_sheet
from dualdegree.recognition.tables.sheets import rows_of_sheet
from dualdegree.recognition.tables.writing import write_equivalences
from tests.graduates import LATER, READY, text
from tests.graduates.browsing import words
from tests.requests import Desk

CHOSEN = text("equivalences.yaml").replace('version: "1"', 'version: "2"')
CHOSEN = CHOSEN.replace("  - id: algebra\n", "  - id: algebra\n    choice: student\n")


@pytest.fixture
def desk(graduates):
    """Mei keeps a version in which her algebra is her own choice."""
    table = graduates.equivalences(CHOSEN, LATER)
    graduates.move(table, READY)
    return Desk(graduates)


def wanted(desk, *keys, digest=None):
    version = dossier(desk.session, desk.mei).equivalences
    return WantedChoices(version=version, keys=frozenset(keys), digest=digest or version.digest)


def choices(desk, *keys, who="mei"):
    choose(desk.session, desk.actor(who), desk.mei, wanted(desk, *keys), LATER)


def applied(desk):
    return [given.entry.id for given in dossier(desk.session, desk.mei).recognised.given]


def test_it_is_applied_only_while_it_is_chosen(desk):
    before = applied(desk)

    choices(desk, "algebra")
    chosen = applied(desk)
    choices(desk)

    assert ("algebra" in before, "algebra" in chosen, "algebra" in applied(desk)) == (False, True, False)


def test_both_institutions_read_who_chose_and_who_took_it_back(desk):
    choices(desk, "algebra")
    choices(desk)

    events = [
        (event.act, event.actor, event.institution_id)
        for event in history(desk.session, desk.mei.subject)
        if event.act in {Act.EQUIVALENCE_CHOSEN, Act.EQUIVALENCE_CHOICE_TAKEN_BACK}
    ]
    mei = desk.actor("mei").reference
    assert sorted(events) == [
        (act, mei, where)
        for act in ("equivalence choice taken back", "equivalence chosen")
        for where in ("north.example", "south.example")
    ]


def test_choosing_it_again_changes_nothing(desk):
    choices(desk, "algebra")
    choices(desk, "algebra")

    assert desk.session.scalar(sa.select(sa.func.count(StudentChoice.id))) == 1


def test_what_is_signed_keeps_the_choice(desk):
    choices(desk, "algebra")
    desk.graduates.sign(READY)

    with pytest.raises(Refusal, match="signed or issued already"):
        choices(desk)


def test_nobody_chooses_in_the_students_stead(desk):
    with pytest.raises(NotAllowed):
        choices(desk, "algebra", who="south")


def test_what_is_no_choice_cannot_be_chosen(desk):
    with pytest.raises(Absent):
        choices(desk, "optimisation")


def test_a_table_that_has_changed_is_read_again_first(desk):
    with pytest.raises(Conflict, match="have changed"):
        choose(desk.session, desk.actor("mei"), desk.mei, wanted(desk, "algebra", digest="0" * 64), LATER)


def test_a_choice_does_not_hold_for_what_says_something_else_by_then(desk):
    choices(desk, "algebra")
    other = CHOSEN.replace('version: "2"', 'version: "3"').replace(
        "choice: student", 'choice: student\n    min_grade: "50"'
    )

    desk.graduates.other_equivalences(other, LATER)

    assert "algebra" not in applied(desk)
    choices(desk, "algebra")
    assert "algebra" in applied(desk)


def test_a_choice_is_written_and_read_in_every_kind_of_file(desk):
    table = read_equivalences(CHOSEN, "equivalences")
    rows = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows_of_sheet(table))

    assert [entry.is_choice for entry in table.entries] == [True, False]
    assert read_equivalences(write_equivalences(table), "equivalences").entries[0].is_choice
    assert (
        read_sheet(rows.encode(), "table.csv")
        .place.fields(("equivalences", "programme", "version", "entries"), ())["entries"]
        .each()[0]
        .entry("choice")
        .words()
        == "student"
    )


def test_a_choice_is_the_students_or_nobodys():
    with pytest.raises(SourceError, match="choice"):
        read_equivalences(CHOSEN.replace("choice: student", "choice: dean"), "equivalences")


def test_where_in_its_file_an_entry_stands_is_no_difference():
    entry = read_equivalences(CHOSEN, "equivalences").entries[0]

    assert entry.says_the_same(replace(entry, line=99))


@pytest.fixture
def pages(offices):
    """The same, browsed."""
    with offices.graduates() as graduates:
        graduates.move(graduates.equivalences(CHOSEN, LATER), READY)
        Desk(graduates)
    return offices


def test_the_student_looks_first_and_keeps_the_choice_on_their_own_page(pages):
    reader, url = pages.reader("mei"), f"/students/{pages.student()}/recognition/choices"
    digest = re.search(r'name="digest"[^>]*value="(\w+)"', reader.get(url).get_data(as_text=True))[1]
    sent = {"chosen": "algebra", "digest": digest}

    looked = words(reader.post(url, data={**sent, "look": "1"}))
    between = words(reader.get(url.removesuffix("/choices")))
    reader.post(url, data={**sent, "keep": "1"})

    assert "What it would do to both degrees" in looked
    assert "not chosen" in between
    assert "not chosen" not in words(reader.get(url.removesuffix("/choices")))
