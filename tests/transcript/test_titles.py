"""A title that stops a document: entered by one person, approved by another, printed without a new sign-off."""

import pytest
import sqlalchemy as sa

from dualdegree.accounts.service import actor_of
from dualdegree.core.refusal import Conflict, NeedsAnother, Refusal
from dualdegree.core.transcript import MissingForms
from dualdegree.events import Event
from dualdegree.programmes.service import curriculum_versions, institution
from dualdegree.titles import listing, service
from tests import people
from tests.graduates import LATER, UNTITLED
from tests.people import NOW
from tests.programmes.papers import NORTH


def second(graduates):
    return actor_of(people.person(graduates.session, "second@north.example", ("registrar", NORTH)))


def wanting(graduates):
    (line, *_) = [
        line
        for line in listing.lines(graduates.session, institution(graduates.session, NORTH))
        if line.language == "es" and line.title.kind == "course"
    ]
    return line


def entered(graduates, words="Redes"):
    north = institution(graduates.session, NORTH)
    return service.enter(
        graduates.session, graduates.registrar(NORTH), north, wanting(graduates).title, {"es": words}, at=NOW
    )


def test_an_approved_title_lets_the_document_be_made_and_voids_no_sign_off(graduates):
    texts = [version.text for version in curriculum_versions(graduates.session, ["double"])]
    graduates.sign(UNTITLED)
    with pytest.raises(MissingForms):
        graduates.issue(UNTITLED, ("zh_Hans", "es"))

    row = entered(graduates)
    service.approve(graduates.session, second(graduates), row, seen=row.revision, at=LATER)

    issued = graduates.issue(UNTITLED, ("zh_Hans", "es"))
    assert "Redes" in issued.content
    assert [version.text for version in curriculum_versions(graduates.session, ["double"])] == texts


def test_until_it_is_approved_it_is_printed_nowhere(graduates):
    graduates.sign(UNTITLED)

    entered(graduates)

    with pytest.raises(MissingForms):
        graduates.issue(UNTITLED, ("zh_Hans", "es"))


def test_nobody_approves_what_they_entered(graduates):
    row = entered(graduates)

    with pytest.raises(NeedsAnother):
        service.approve(graduates.session, graduates.registrar(NORTH), row, seen=row.revision, at=LATER)


def test_the_list_names_what_is_missing_and_how_many_it_stops(graduates):
    line = wanting(graduates)

    assert (line.state, line.stops) == ("missing", 1)
    (student,) = graduates.session.scalars(listing.stopped(graduates.session, NORTH, line.title)).all()
    assert student.id == graduates.student(UNTITLED).id


@pytest.mark.parametrize("words", [" ", "网络", "x" * 201])
def test_an_empty_or_too_long_title_or_another_script_is_refused_at_its_field(graduates, words):
    with pytest.raises(Refusal) as refused:
        entered(graduates, words)

    assert refused.value.about == "form"


def test_it_is_decided_once_and_the_history_tells(graduates):
    row, other = entered(graduates), second(graduates)

    service.refuse(graduates.session, other, row, reason="Not our word.", seen=row.revision, at=LATER)

    with pytest.raises(Conflict):
        service.approve(graduates.session, other, row, seen=row.revision, at=LATER)
    acts = graduates.session.scalars(sa.select(Event.act).where(Event.subject == row.subject).order_by(Event.number))
    assert acts.all() == ["title entered", "title refused"]


def test_two_do_not_propose_at_once(graduates):
    entered(graduates)

    with pytest.raises(Conflict):
        entered(graduates, "Otra")
