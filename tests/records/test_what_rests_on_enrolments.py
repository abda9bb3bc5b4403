"""What later offices keep of a student is named before an enrolment goes: by an import taken back, or a link undone."""

import pytest
import sqlalchemy as sa

from dualdegree import separation, stakes
from dualdegree.audit import resting as judged
from dualdegree.conferral.degrees import resting as decided
from dualdegree.conferral.degrees import separating as degrees
from dualdegree.core.refusal import Conflict
from dualdegree.deadlines import service as due
from dualdegree.deadlines.models import DeadlineAlert
from dualdegree.programmes.models import Institution
from dualdegree.records.importing.taking_back.service import SomethingRests, take_back, taking_back
from dualdegree.records.links import undoing
from dualdegree.records.models import ImportBatch
from dualdegree.records.standing import holds
from dualdegree.records.standing import resting as standing
from dualdegree.training import resting as trained
from dualdegree.training import separating as training
from dualdegree.training.certificates import service as certificates
from tests.conferral.deciding import confer
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.records.test_standing import enter_state
from tests.training.certificates.world import ENGLISH, ask_for_certificates
from tests.training.theses.world import Theses
from tests.training.world import Training

HOLDS = """
holds: {fees: {name: {en: Fees}, remedy: {en: Pay them.}}}
"""


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """As the application does it."""
    for kind, office in (("degrees", decided), ("standing", standing), ("training", trained)):
        monkeypatch.setitem(stakes._RESTING, kind, (office.resting, office.TABLES))
    monkeypatch.setitem(stakes._DERIVED, "deadlines", (due.forget, due.TABLES))
    monkeypatch.setitem(stakes._DERIVED, "audits", (judged.forget, judged.ANSWERS))
    for kind, office in (("degrees", degrees), ("standing", standing), ("training", training)):
        monkeypatch.setitem(separation._FINDERS, kind, office.between)


def placement(graduates):
    Training(graduates).plan()


def thesis(graduates):
    Theses(graduates).proposed()


def certificate(graduates):
    ask_for_certificates(graduates)
    certificates.hand_in(graduates.session, graduates.actor("mei"), graduates.student(), ENGLISH, NOW)


def hold(graduates, where=SOUTH):
    graduates.take("institution", where, graduates.session.get(Institution, where).profile + HOLDS)
    registrar, student = graduates.registrar(where), graduates.student()
    holds.place(graduates.session, registrar, student, institution=where, kind="fees", reason="Unpaid.", at=NOW)


def state(graduates):
    enter_state(graduates, "leave", "2026-11-01")


def degree(graduates):
    confer(graduates)


def roster(graduates, where=SOUTH):
    row = ImportBatch
    query = sa.select(row).where(row.kind == "roster", row.institution_id == where).order_by(row.id)
    return graduates.session.scalars(query).first()


def named(graduates):
    """What is said of Mei to rest on the roster of the south."""
    mei = graduates.student().id
    return [
        str(stake.what) for stake in taking_back(graduates.session, roster(graduates)).resting if stake.student == mei
    ]


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (placement, "the placement at Works"),
        (thesis, "the thesis “Graphs that learn”"),
        (certificate, "the language certificate (en, B2)"),
        (hold, "a hold that south.example placed"),
        (state, "the state “On leave” since 2026-11-01"),
        (degree, "the degree that the session 7/2026 conferred"),
    ],
)
def test_an_import_taken_back_names_what_rests_on_an_enrolment_that_it_made(graduates, done, words):
    before = named(graduates)
    done(graduates)

    after = named(graduates)

    assert words not in before
    assert words in after
    assert "what another office has entered about the student since" not in after
    with pytest.raises(SomethingRests):
        take_back(graduates.session, graduates.registrar(SOUTH), roster(graduates), seen=None, at=NOW)


def test_that_a_deadline_was_told_of_rests_on_nothing(graduates):
    before = named(graduates)
    graduates.session.add(
        DeadlineAlert(
            institution_id=SOUTH,
            rule="tor",
            occurrence="x",
            student_id=graduates.student().id,
            due_on=NOW.date(),
            told_at=NOW,
        )
    )
    graduates.session.flush()

    assert named(graduates) == before


def between(graduates):
    return [
        (str(entry.what), str(entry.becomes))
        for entry in undoing.at_stake(graduates.session, graduates.student()).between
    ]


def propose(graduates):
    student = graduates.student()
    return undoing.propose(
        graduates.session,
        graduates.registrar(NORTH),
        student,
        institution=NORTH,
        reason="Cousins of one name.",
        account_of=student.enrolments[0].id,
        digest=undoing.at_stake(graduates.session, student).digest,
        at=NOW,
    )


def test_an_undone_link_names_placements_theses_and_holds_and_what_becomes_of_each(graduates):
    placement(graduates)
    hold(graduates, NORTH)

    assert between(graduates) == [
        ("Open hold of north.example", "It goes with the enrolment at north.example"),
        ("Placement at Works", "It goes with the enrolment at north.example"),
    ]
    assert propose(graduates).state == "waiting"


def test_a_thesis_stays_with_the_record_that_keeps_it(graduates):
    thesis(graduates)

    assert between(graduates) == [
        ("Thesis “Graphs that learn”", "It stays with the enrolment at north.example"),
    ]


def test_a_link_is_not_undone_while_a_degree_is_conferred(graduates):
    degree(graduates)

    assert between(graduates) == [
        ("Degree of south.example, conferred on 2026-11-23", "The link stays until a session annuls the degree")
    ]
    with pytest.raises(Conflict, match=r"cannot be undone while this stands: .*Degree of south.example"):
        propose(graduates)


def test_a_degree_conferred_since_prevents_the_partners_yes(graduates):
    waiting = propose(graduates)
    degree(graduates)

    digest = undoing.at_stake(graduates.session, graduates.student()).digest
    with pytest.raises(Conflict, match="cannot be undone while this stands"):
        undoing.confirm(
            graduates.session, graduates.registrar(SOUTH), waiting, seen=waiting.revision, digest=digest, at=NOW
        )

    assert len(graduates.student().enrolments) == 2
