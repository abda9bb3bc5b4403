"""What would the joint transcript of a student print, issued or not?"""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.audit.dossiers import Dossier, DossierSide
from dualdegree.audit.service import Audit
from dualdegree.catalogues import in_every_language
from dualdegree.core import grades
from dualdegree.core import transcript as print_
from dualdegree.core.audit import facts
from dualdegree.core.credit import figure, rounded, worth
from dualdegree.core.curricula.curriculum import Course
from dualdegree.core.days import day_in
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import LANGUAGES, Message, Text
from dualdegree.programmes.institutions.profile import Profile
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import agreed, profile_of
from dualdegree.recognition.service import table_of
from dualdegree.records.models import Enrolment, RegisterRecognition, Student

UNPRINTED = {facts.Status.PLANNED}


class NotJoint(Refusal):
    """The student is not enrolled at both institutions or has left one, or no agreement is in force: nothing joint can
    be printed.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the content is made of, beside the audit."""

    profiles: Mapping[str, Profile]
    listed: tuple[RegisterRecognition, ...]
    title: Text
    decisions: Mapping[str, Text]
    """Who decided on each recognition that was decided one by one, by its key, as documents say it."""


def content_of(audit: Audit, sources: Sources) -> print_.Content:
    """The content of the transcript for this official audit; raises ``NotJoint``."""
    dossier = audit.question.dossier
    if dossier.left:
        raise NotJoint("The student has left one of the degrees, so that nothing joint can be signed or issued.")
    if len(dossier.sides) != 2 or dossier.agreement is None:
        raise NotJoint(
            "A joint transcript needs the student's enrolment at both institutions, each bound to a curriculum, "
            "and an agreement in force; import the missing roster or approve the agreement."
        )
    institutions = tuple(printed_institution(sources.profiles[side.enrolment.institution_id]) for side in dossier.sides)
    terms = agreed(dossier.agreement)
    return print_.Content(
        programme=sources.title,
        agreement=terms.title,
        agreement_version=terms.version,
        equivalences=_equivalences(audit),
        institutions=institutions,
        holder=printed_holder(dossier.student, (side.enrolment for side in dossier.sides)),
        degrees=tuple(_degree(audit, side, sources.profiles) for side in dossier.sides),
        courses=tuple(course for side in dossier.sides for course in _courses(audit, side, sources.profiles)),
        register_entries=tuple(_listed(row, dossier) for row in sources.listed),
        recognitions=tuple(_recognitions(audit, sources.decisions)),
        scales=tuple(printed_scale(sources.profiles[side.enrolment.institution_id]) for side in dossier.sides),
        credit_legend=tuple(_legend(dossier, sources.profiles)),
        shared=print_.PrintedSharing(ects=audit.answer.shared.ects, at_most=audit.answer.shared.at_most),
    )


def profiles_of(institutions: Iterable[Institution]) -> dict[str, Profile]:
    """The profile of each institution by its id."""
    return {institution.id: profile_of(institution) for institution in institutions}


def printed_institution(profile: Profile) -> print_.TranscriptInstitution:
    """The institution as a transcript prints it."""
    return print_.TranscriptInstitution(
        id=profile.institution,
        name=profile.names,
        country=profile.country,
        place=profile.place,
        office=profile.office,
        unit=profile.credit_unit,
        demonstration=profile.demonstration,
    )


def printed_holder(student: Student, enrolments: Iterable[Enrolment]) -> print_.Holder:
    """The holder, with the numbers of these enrolments."""
    return print_.Holder(
        family_name=student.family_name,
        given_names=student.given_name,
        han_name=student.han_name,
        birth_date=student.birth_date,
        nationality=student.nationality,
        numbers=tuple(
            print_.StudentNumber(institution=enrolment.institution_id, number=enrolment.number)
            for enrolment in enrolments
        ),
    )


def credit_sentence(profile: Profile, ects: Decimal) -> Text:
    """What one credit of the institution corresponds to, as a legend prints it."""
    words = {"institution": profile.names, "ects": figure(ects)}
    return in_every_language(
        Message("One credit of %(institution)s corresponds to %(ects)s ECTS unless a course states its own.", words)
    )


def _degree(audit: Audit, side: DossierSide, profiles: Mapping[str, Profile]) -> print_.TranscriptDegree:
    degree = side.curriculum.degree
    counted = tuple(_counted(audit, degree.id))
    taken = _summed((item for item in counted if isinstance(item, facts.Attempt)), side)
    recognised = _summed((item for item in counted if isinstance(item, facts.Grant)), side)
    return print_.TranscriptDegree(
        id=degree.id,
        institution=degree.institution,
        award=side.curriculum.award,
        admission_term=side.enrolment.admission_term,
        curriculum=side.curriculum.version,
        met=audit.both_met,
        requirements_met=_requirements_met(audit, profiles[degree.institution]),
        awarded_on=_awarded_on(audit, degree.institution),
        total=taken.credits + recognised.credits,
        ects=taken.ects + recognised.ects,
        taken=taken,
        recognised=recognised,
        mean=_mean(counted),
    )


def _requirements_met(audit: Audit, profile: Profile) -> print_.RequirementsMet | None:
    """The day in the institution's own time zone since which both degrees are met."""
    met = audit.met_since
    if met is None:
        return None
    return print_.RequirementsMet(on=day_in(met.since, profile.time_zone), or_earlier=not met.begin_seen)


def _awarded_on(audit: Audit, institution: str) -> dt.date | None:
    """The day of the session that conferred the degree, if one has."""
    conferred = {row.institution_id: row.conferred_on for row in audit.question.dossier.conferred}
    return conferred.get(institution)


def _summed(items: Iterable[facts.Attempt | facts.Grant], side: DossierSide) -> print_.CreditSum:
    rows = tuple(items)
    return print_.CreditSum(
        credits=sum((item.credits for item in rows), Decimal(0)),
        ects=sum((_ects(item, side) for item in rows), Decimal(0)),
    )


def _counted(audit: Audit, degree: str) -> Iterator[facts.Attempt | facts.Grant]:
    case, claims = audit.question.case, audit.answer.degrees[degree].claims
    yield from (attempt for attempt in case.record if attempt.id in claims)
    yield from (grant for recognition in case.recognitions for grant in recognition.grants if grant.id in claims)


def _ects(item: facts.Attempt | facts.Grant, side: DossierSide) -> Decimal:
    own = item.ects if isinstance(item, facts.Attempt) else side.curriculum.agreed_ects(item.course, item.credits)
    return worth(item.credits, own, side.curriculum.degree.ects_per_credit)


def _mean(counted: Iterable[facts.Attempt | facts.Grant]) -> print_.Mean | None:
    sat = [item for item in counted if isinstance(item, facts.Attempt) and item.grade is not None]
    value = grades.mean((item.credits, item.grade) for item in sat if item.grade is not None)
    if value is None:
        return None
    method = Message("Mean of the graded courses sat here that count in the degree, weighted by credits")
    return print_.Mean(value=rounded(value, 2), method=in_every_language(method))


def _courses(audit: Audit, side: DossierSide, profiles: Mapping[str, Profile]) -> Iterator[print_.TranscriptCourse]:
    # The courses are printed as the registers have them today, whatever was conferred on them.
    case, degree = audit.question.dossier.today, side.curriculum.degree
    grading = audit.question.dossier.rules.grading
    partner = next(key for key in profiles if key != degree.institution)
    written = {row.reference: row.grade_as_given for row in side.attempts}
    spent = {source for recognition in case.recognitions for source in recognition.sources}
    answer = audit.answer.degrees[degree.id]
    sat = [row for row in case.record if row.institution == degree.institution and row.status not in UNPRINTED]
    for attempt in sorted(sat, key=lambda row: (row.term, row.course, row.id)):
        yield print_.TranscriptCourse(
            institution=attempt.institution,
            code=attempt.course,
            title=attempt.title,
            term=attempt.term,
            credits=attempt.credits,
            ects=_ects(attempt, side),
            grade=written[attempt.id] or None,
            converted=_converted(attempt, grading, partner),
            status=attempt.status,
            # What stands is an item of the audit, counted or not.
            stands=attempt.id in answer.claims or attempt.id in answer.not_counted,
            # What is still in progress gives nothing yet, whatever is agreed about it.
            recognised=attempt.id in spent and attempt.status is facts.Status.PASSED,
        )


def _converted(attempt: facts.Attempt, grading: grades.Grading, partner: str) -> str | None:
    if attempt.grade is None or attempt.status is not facts.Status.PASSED:
        return None
    grade = grading.convert(attempt.grade, attempt.institution, partner).grade
    return None if grade is None else figure(grade)


def _listed(row: RegisterRecognition, dossier: Dossier) -> print_.RegisterEntry:
    courses = next(
        side.curriculum.courses for side in dossier.sides if side.enrolment.institution_id == row.institution_id
    )
    approved = courses[row.course].title if row.course in courses else {}
    return print_.RegisterEntry(
        institution=row.institution_id,
        code=row.course,
        title={**row.titles, **approved},
        term=row.term,
        credits=row.credits,
        listing=print_.Listing(row.kind),
    )


def _equivalences(audit: Audit) -> Text | None:
    """The title of the table, where it has one and a recognition rests on it."""
    dossier = audit.question.dossier
    decided = {decision.key for decision in dossier.decided}
    if dossier.equivalences is None or all(row.id in decided for row in audit.question.case.recognitions):
        return None
    return table_of(dossier.equivalences).title or None


def _recognitions(audit: Audit, decisions: Mapping[str, Text]) -> Iterator[print_.PrintedRecognition]:
    case, dossier = audit.question.case, audit.question.dossier
    attempts = {attempt.id: attempt for attempt in case.record}
    courses = {side.curriculum.degree.id: side.curriculum.courses for side in dossier.sides}
    decided: dict[str, Text] = {
        decision.key: dict.fromkeys(LANGUAGES, decision.decision) for decision in dossier.decided
    }
    decided.update(decisions)
    by_table = dossier.equivalences.version if dossier.equivalences else ""
    in_table = in_every_language(Message("Equivalences, version %(version)s", {"version": by_table}))
    for recognition in case.recognitions:
        if any(attempts[source].status is not facts.Status.PASSED for source in recognition.sources):
            continue
        grade = next((grant.grade for grant in recognition.grants if grant.grade is not None), None)
        yield print_.PrintedRecognition(
            id=recognition.id,
            degree=recognition.degree,
            sources=tuple(_source(attempts[source]) for source in recognition.sources),
            targets=tuple(_target(grant, courses[recognition.degree]) for grant in recognition.grants),
            grade=None if grade is None else figure(grade),
            decision=decided.get(recognition.id, in_table),
        )


def _source(attempt: facts.Attempt) -> print_.RecognitionPart:
    return print_.RecognitionPart(code=attempt.course, title=attempt.title, credits=attempt.credits)


def _target(grant: facts.Grant, courses: Mapping[str, Course]) -> print_.RecognitionPart:
    course = courses.get(grant.course or "")
    title = grant.title or (course.title if course else {})
    return print_.RecognitionPart(code=grant.course or "–", title=title, credits=grant.credits)


def printed_scale(profile: Profile) -> print_.GradeScale:
    """How the institution grades, as a legend prints it."""
    scale = grades.SCALES[profile.grade_scale]
    return print_.GradeScale(
        institution=profile.institution,
        name=in_every_language(scale.title),
        steps=tuple(
            print_.GradeStep(label=entry.name, range=entry.band, meaning=in_every_language(entry.meaning))
            for entry in grades.legend(scale)
        ),
    )


def _legend(dossier: Dossier, profiles: Mapping[str, Profile]) -> Iterator[Text]:
    for side in dossier.sides:
        degree = side.curriculum.degree
        yield credit_sentence(profiles[degree.institution], degree.ects_per_credit)
    yield from map(in_every_language, _conversions(dossier, profiles))


def _conversions(dossier: Dossier, profiles: Mapping[str, Profile]) -> Iterator[Message]:
    """How the converted grades were found; once where both directions use one method."""
    grading = dossier.rules.grading
    pairs = tuple(itertools.permutations(side.curriculum.institution for side in dossier.sides))
    methods = [grading.conversion(*pair).method for pair in pairs]
    if len(set(methods)) == 1:
        yield Message(
            "A converted grade is proposed by %(method)s; neither register holds it.",
            {"method": grades.in_words(methods[0])},
        )
        return
    for (origin, into), method in zip(pairs, methods, strict=True):
        words = {"origin": profiles[origin].names, "into": profiles[into].names, "method": grades.in_words(method)}
        yield Message("A grade of %(origin)s converted for %(into)s is proposed by %(method)s.", words)
