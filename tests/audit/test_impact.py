"""Other rules, before they hold: whose verdict, shortfall or claims they would change, and why; nothing is stored."""

import pytest
import sqlalchemy as sa

from dualdegree.audit.models import AuditResult
from dualdegree.audit.rule_changes.effects import effects, impact
from dualdegree.audit.rule_changes.proposals import bound, read_proposal
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.source.reading import SourceError
from dualdegree.events import history
from dualdegree.programmes import service as programmes
from dualdegree.records.moving import CurriculumMove, MinuteMissing, move, open_to
from tests.graduates import LATER, READY, text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH

MORE = text("south/curriculum.yaml").replace('Optativas}, at_least: "12"', 'Optativas}, at_least: "18"')
MORE = MORE.replace(
    "  - {code: S9,", '  - {code: S5, title: {en: Robots}, credits: "6", tags: [optional]}\n  - {code: S9,'
)
NEXT = MORE.replace('version: "2024"', 'version: "2026"').replace('from: "2024-1"', 'from: "2026-1"')


def proposed(graduates, given):
    return read_proposal(graduates.session, given.encode(), "new.yaml")


def impact_on(graduates, given, **whom):
    proposal = proposed(graduates, given)
    return impact(graduates.session, proposal, bound(graduates.session, proposal, **whom), NOW)


def degrees_of(impact, number):
    (effect,) = (effect for effect in impact.effects if number in effect.numbers.values())
    return {degree.id: degree for degree in effect.comparison.degrees}


def test_a_higher_minimum_takes_the_verdict_of_who_was_ready_and_says_by_which_rule(graduates):
    before = graduates.session.scalar(sa.select(sa.func.count(AuditResult.id)))

    changed = impact_on(graduates, MORE)
    south = degrees_of(changed, READY)["south"]

    assert (south.before.met, south.after.met) == (True, False)
    assert (south.before.lack, south.after.lack) == (0, 6)
    assert "“Optional” was met (12 of 12) and is not met now (12 of 18)." in map(str, south.why)
    assert not degrees_of(changed, READY)["north"].changed
    assert (changed.count.audited, changed.count.lost, changed.count.gained) == (5, 3, 0)
    assert graduates.session.scalar(sa.select(sa.func.count(AuditResult.id))) == before
    assert [version.version for version in programmes.published(graduates.session, SOUTH, "double")] == ["2024"]


def test_the_same_text_changes_nobody(graduates):
    changed = impact_on(graduates, text("south/curriculum.yaml"))

    assert changed.effects == ()
    assert changed.count.audited == 5


def test_a_course_that_goes_elsewhere_is_told_though_the_verdict_stays(graduates):
    elsewhere = text("south/curriculum.yaml").replace('Optativas}, at_least: "12", select: {tag: optional}', 'Optativas}, at_least: "6", select: {course: S3}')  # fmt: skip

    south = degrees_of(impact_on(graduates, elsewhere), READY)["south"]

    assert south.before == south.after
    assert south.moved
    assert [str(reason) for reason in south.why] == [
        "Vision (S4) was counted for “Optional”. Now: Counted, without a requirement of its own."
    ]


def test_an_agreement_concerns_everybody_in_the_programme(graduates):
    tight = text("agreement.yaml").replace('version: "2024"', 'version: "2025"')
    shared = proposed(graduates, tight)

    assert len(bound(graduates.session, shared)) == 6
    assert len(bound(graduates.session, shared, at=SOUTH)) == 5


def test_without_equivalences_what_they_gave_is_lost_by_name(graduates):
    table = text("equivalences.yaml")
    first = table.index("  - id:")
    second = table.index("  - id:", first + 1)

    changed = impact_on(graduates, table[:first] + table[second:])

    assert any(
        "is not recognised any more" in str(reason)
        for effect in changed.effects
        for degree in effect.comparison.degrees
        for reason in degree.why
    )


def test_a_version_for_later_admissions_concerns_those_bound_to_the_one_that_it_follows(graduates):
    assert proposed(graduates, NEXT).replaces == ("2024",)
    assert impact_on(graduates, NEXT).count.audited == 5


def test_a_version_that_replaces_none_concerns_nobody_unless_everybody_is_asked_for(graduates):
    apart = NEXT.replace("routes: [direct, transfer]", "routes: [evening]")

    assert impact_on(graduates, apart).count.audited == 0
    assert impact_on(graduates, apart, everybody=True).count.audited == 5


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (MORE.replace('credits: "12"', 'credits: "x"'), 'new.yaml:28: courses[5].credits: "x" is not a number'),
        (MORE.replace("programme: double", "programme: triple"), "new.yaml:3: programme: south.example has no such"),
        (MORE.replace("id: south\n", "id: sur\n"), "new.yaml:10: degree.id: in version 2024 of south.example"),
        ("title: {en: Nothing}", "new.yaml:1: this is no curriculum, agreement or equivalence table"),
        ("{: : [", "new.yaml:1: this is neither JSON nor YAML"),
        (text("agreement.yaml").replace("programme: double", "programme: triple"), "programme: there is no such"),
    ],
)
def test_a_broken_file_is_refused_at_its_line_and_key(graduates, given, said):
    with pytest.raises(SourceError) as error:
        proposed(graduates, given)

    assert said in str(error.value)


def test_ten_students_cost_as_many_queries_as_one(graduates, counted):
    graduates.more(9)
    proposal = proposed(graduates, MORE)
    ids = bound(graduates.session, proposal)
    graduates.session.commit()

    def statements(some):
        graduates.session.expire_all()
        with counted() as asked:
            list(effects(graduates.session, proposal, some, NOW))
        return len(asked)

    statements(ids)  # texts are parsed once
    assert statements(ids[:1]) == statements(ids[:10])


# One student moved to another version


@pytest.fixture
def published(graduates):
    """South has a version with a higher minimum for those admitted from 2026."""
    graduates.publish(SOUTH, NEXT)
    return graduates


def enrolment(graduates, number=READY):
    return next(enrolment for enrolment in graduates.student(number).enrolments if enrolment.institution_id == SOUTH)


def wanted(graduates, minute="", reason="Asked for by the student", number=READY):
    side = enrolment(graduates, number)
    (version,) = open_to(graduates.session, side)
    return side, CurriculumMove(version=version, reason=reason, minute=minute, revision=side.revision)


def test_publishing_moves_nobody(published):
    assert enrolment(published).curriculum_version.version == "2024"


def test_a_decision_with_its_minute_moves_a_student_and_both_histories_tell(published):
    side, to = wanted(published, minute="7/2026")
    seen = side.revision

    move(published.session, published.registrar(SOUTH), side, to, LATER)

    assert side.curriculum_version.version == "2026"
    assert side.revision == seen + 1
    events = [event for event in history(published.session, side.student.subject) if "curriculum" in event.act]
    assert {event.institution_id for event in events} == {NORTH, SOUTH}
    assert {event.reason for event in events} == {"Asked for by the student"}
    assert all('"minute":"7/2026"' in event.after for event in events)


def test_the_next_roster_leaves_a_moved_student_where_the_decision_put_them(published):
    side, to = wanted(published, minute="7/2026")
    move(published.session, published.registrar(SOUTH), side, to, LATER)

    published.take("roster", SOUTH, text("south/roster.csv"))

    assert enrolment(published).curriculum_version.version == "2026"


@pytest.mark.parametrize(
    ("minute", "reason", "refusal", "said"),
    [
        ("", "Asked for", MinuteMissing, "Version 2026 does not take admissions of 2024/2025 term 1 by this route."),
        ("7/2026", " ", Refusal, "Say why the student is moved"),
    ],
)
def test_a_move_without_reason_or_minute_is_refused(published, minute, reason, refusal, said):
    side, to = wanted(published, minute=minute, reason=reason)

    with pytest.raises(refusal, match=said):
        move(published.session, published.registrar(SOUTH), side, to, LATER)
    assert side.curriculum_version.version == "2024"


def test_a_record_that_changed_meanwhile_is_looked_at_again(published):
    side, to = wanted(published, minute="7/2026")
    side.revision += 1

    with pytest.raises(Conflict, match="The record has changed since you opened it"):
        move(published.session, published.registrar(SOUTH), side, to, LATER)
