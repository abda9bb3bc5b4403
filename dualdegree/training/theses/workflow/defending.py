"""How are reviews and a defence recorded, and what do its votes make of the thesis for each degree?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.grades import SCALES, Grade, ImpossibleGrade, read_grade
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Conflict, Refusal, Repeated
from dualdegree.core.text import folded
from dualdegree.core.training.defences import (
    CommitteeMember,
    DefenceOutcome,
    Review,
    Votes,
    outcome,
    refuse_again,
    refuse_committee,
    refuse_unreviewed,
    refuse_votes,
)
from dualdegree.core.training.theses import ThesisRules, refuse_open_gates
from dualdegree.programmes.models import Institution
from dualdegree.training.theses.models import Thesis, ThesisDefence, ThesisReview
from dualdegree.training.theses.reading import held_at, latest_day, rules_of, standing
from dualdegree.training.theses.workflow.stepping import begin, finish, refuse_long

LONGEST, LINE = 4000, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Defence:
    """A defence as the committee's minute tells it; ``grades`` are as given, by institution.

    ``again``: the committee lets a thesis that is not passed be corrected and defended again; ``corrections`` say what.
    """

    on: dt.date
    members: tuple[CommitteeMember, ...]
    votes: Votes
    place: str = ""
    video: str = ""
    minute: str = ""
    announced_on: dt.date | None = None
    grades: Mapping[str, str]
    again: bool = False
    corrections: str = ""


def review(
    session: orm.Session, actor: Actor, thesis: Thesis, given: Review, *, seen: int | None, at: dt.datetime
) -> None:
    """Enter a review. Raises ``Refusal`` at the value that is wrong, ``Conflict`` for one that is there already."""
    require(actor, Permission.RECORD_DEFENCE, thesis.policy_subject())
    begin(session, actor, thesis, seen=seen)
    _refuse_review(session, thesis, given, at)
    session.add(
        ThesisReview(
            thesis_id=thesis.id, reviewer=given.reviewer.strip(), reviewer_key=folded(given.reviewer),
            affiliation=given.affiliation.strip(), on=given.on, opinion=given.opinion.value, words=given.words.strip(),
            entered_by=actor.person_id, entered_at=at,
        )
    )  # fmt: skip
    finish(session, actor, thesis, Act.THESIS_REVIEWED, at, after={"opinion": given.opinion.value})


def _refuse_review(session: orm.Session, thesis: Thesis, given: Review, at: dt.datetime) -> None:
    if not folded(given.reviewer):
        raise Refusal("Name the reviewer.", about="reviewer")
    refuse_long(given.reviewer, LINE, "reviewer")
    refuse_long(given.affiliation, LINE, "affiliation")
    refuse_long(given.words, LONGEST, "words")
    if folded(given.reviewer) in {folded(row.name) for row in thesis.supervisors}:
        raise Refusal(
            "%(name)s supervises the thesis and cannot review it.", {"name": given.reviewer}, about="reviewer"
        )
    if given.on > latest_day(session, thesis, at):
        raise Refusal("The day of the review has not come yet; correct it.", about="on")
    if any((row.reviewer_key, row.on) == (folded(given.reviewer), given.on) for row in thesis.reviews):
        raise Repeated("This review is entered already.", about="reviewer")


def serves(rules: Sequence[ThesisRules], institution: str) -> tuple[str, ...]:
    """For whose degrees a defence that this institution records is held: for all, where every one of them shares it."""
    if all(side.shared for side in rules):
        return tuple(side.institution for side in rules)
    return (institution,)


def record(
    session: orm.Session,
    actor: Actor,
    thesis: Thesis,
    institution: str,
    given: Defence,
    *,
    seen: int | None,
    at: dt.datetime,
) -> ThesisDefence:
    """Record a defence that was held, by the minute of its committee; the result is computed from the votes.

    Raises ``Refusal`` at the value that the rules of one of the institutions do not allow, ``Conflict``,
    ``NotAllowed``.
    """
    require(actor, Permission.RECORD_DEFENCE, thesis.subject_at(institution))
    begin(session, actor, thesis, seen=seen)
    every = rules_of(session, thesis.student)
    served = serves(every, institution)
    sides = [side for side in every if side.institution in served]
    if not sides:
        raise Refusal(
            "The profile of your institution does not say what it asks of a thesis; a registrar can add that."
        )
    _refuse_form(session, thesis, given, at)
    for side in sides:
        _refuse_by(thesis, side, given)
    come = standing(session, thesis)
    refuse_open_gates(come.gates, thesis.standings(), served)
    results = {side.institution: _outcome(side, given) for side in sides}
    if DefenceOutcome.TO_CORRECT in results.values() and not given.corrections.strip():
        raise Refusal("Say what has to be corrected before it is defended again.", about="corrections")
    grades = {side.institution: _grade(session, side, given, results[side.institution]) for side in sides}
    defence = _row(thesis, " ".join(served), given)
    defence.results = {where: result.value for where, result in results.items()}
    defence.grades = {where: grade for where, grade in grades.items() if grade}
    defence.recorded_by, defence.recorded_at = actor.person_id, at
    session.add(defence)
    after = {"day": given.on.isoformat(), "results": {where: str(result) for where, result in results.items()}}
    finish(session, actor, thesis, Act.THESIS_DEFENDED, at, after=after)
    return defence


def _row(thesis: Thesis, served: str, given: Defence) -> ThesisDefence:
    """What the minute says, without what is made of it."""
    return ThesisDefence(
        thesis_id=thesis.id,
        serves=served,
        number=sum(row.serves == served for row in thesis.defences) + 1,
        on=given.on,
        place=given.place.strip(),
        video=given.video.strip(),
        committee=[_kept(member) for member in given.members],
        in_favour=given.votes.in_favour,
        against=given.votes.against,
        abstained=given.votes.abstained,
        minute=given.minute.strip(),
        announced_on=given.announced_on or given.on,
        corrections=given.corrections.strip(),
        corrected_on=None,
        corrected_by=None,
        entered={},
    )


def _kept(member: CommitteeMember) -> dict[str, str | bool]:
    plain = {"name": member.name.strip(), "affiliation": member.affiliation.strip()}
    return {**plain, "chair": member.chair, "external": member.external}


def _refuse_form(session: orm.Session, thesis: Thesis, given: Defence, at: dt.datetime) -> None:
    """What is wrong by any rules."""
    today = latest_day(session, thesis, at)
    if given.on > today:
        raise Refusal("The day of the defence has not come yet; record it once it was held.", about="on")
    if not given.place.strip() and not given.video.strip():
        raise Refusal("Say where it was held: a place, or the link of the video conference.", about="place")
    if given.announced_on is not None and not given.on <= given.announced_on <= today:
        raise Refusal(
            "The result is announced on the day of the defence or later, and not after today.", about="announced_on"
        )
    for text, about in ((given.place, "place"), (given.video, "video"), (given.minute, "minute")):
        refuse_long(text, LINE, about)
    refuse_long(given.corrections, LONGEST, "corrections")


def _refuse_by(thesis: Thesis, side: ThesisRules, given: Defence) -> None:
    """What is wrong by the rules of one institution."""
    refuse_committee(given.members, side.committee, [row.name for row in thesis.supervisors])
    refuse_votes(given.votes, len(given.members))
    refuse_unreviewed([row.as_core() for row in thesis.reviews], side.reviews, given.on)
    held = held_at(thesis, side.institution)
    refuse_again(given.on, [(defence.on, defence.outcome) for defence in held], side.again)
    if held and not held[-1].corrected:
        raise Refusal("A supervisor has to confirm the corrections before it is defended again.", about="on")


def _outcome(side: ThesisRules, given: Defence) -> DefenceOutcome:
    return outcome(len(given.members), given.votes, side.committee, again=given.again and side.again is not None)


def _grade(session: orm.Session, side: ThesisRules, given: Defence, result: DefenceOutcome) -> str:
    """The grade as given at one institution; needed where a passed thesis is a course there."""
    text, about = given.grades.get(side.institution, "").strip(), f"grade-{side.institution}"
    passed = result is DefenceOutcome.PASSED
    if not text:
        if passed and side.course is not None:
            raise Refusal("Give the grade: the thesis is a course of this degree.", about=about)
        return ""
    grade = read(session, side.institution, text)
    if grade.passed is not passed:
        words = {"grade": text}
        raise Refusal("The grade %(grade)s and the votes do not go together; correct one of them.", words, about=about)
    return text


def read(session: orm.Session, institution: str, text: str) -> Grade:
    """A grade on the scale of the institution; raises ``Refusal`` at its field."""
    scale = SCALES[session.get_one(Institution, institution).grade_scale]
    try:
        return read_grade(scale, text)
    except ImpossibleGrade as impossible:
        raise Refusal(impossible.reason, about=f"grade-{institution}") from None


def confirm_corrections(
    session: orm.Session, actor: Actor, defence: ThesisDefence, *, on: dt.date, seen: int | None, at: dt.datetime
) -> None:
    """A supervisor's word that what the committee asked for is corrected. Raises ``Refusal``, ``Conflict``."""
    thesis = defence.thesis
    require(actor, Permission.SIGN_THESIS, thesis.policy_subject())
    begin(session, actor, thesis, seen=seen)
    if DefenceOutcome.TO_CORRECT not in {DefenceOutcome(result) for result in defence.results.values()}:
        raise Conflict("Nothing has to be corrected after this defence.")
    if defence.corrected_on is not None:
        raise Repeated("The corrections are confirmed already.")
    if not defence.on <= on <= latest_day(session, thesis, at):
        raise Refusal("Corrections are made after the defence, and not after today; correct the day.", about="on")
    defence.corrected_on, defence.corrected_by = on, actor.person_id
    finish(session, actor, thesis, Act.THESIS_CORRECTED, at, after={"day": on.isoformat()})
