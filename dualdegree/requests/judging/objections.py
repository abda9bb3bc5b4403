"""Can this be recognised? Every objection of the record, the ledger, the curriculum and the limits, with its remedy."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce

from dualdegree.audit.dossiers import Dossier, DossierSide, barred_from, with_decided
from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.audit.granting import objections
from dualdegree.core.recognition import RecognitionKind, coin
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.programmes.texts import agreed
from dualdegree.requests.wanted import WantedRecognition, Wish, as_recognition, grants_of

EXPECTED = (Status.PASSED, Status.IN_PROGRESS, Status.PLANNED)


def side_of(dossier: Dossier, degree: str) -> DossierSide:
    """The side of the recognising degree, left or not; raises ``Refusal``."""
    side = next((side for side in dossier.every_side if side.curriculum.degree.id == degree), None)
    if side is None:
        raise Refusal('The student is in no degree "%(id)s".', {"id": degree})
    return side


def partner_of(dossier: Dossier, degree: str) -> str:
    """The other institution; raises ``Refusal`` where the student is enrolled at one only."""
    home = side_of(dossier, degree).curriculum.institution
    sides = dossier.every_side
    other = next((side.curriculum.institution for side in sides if side.curriculum.institution != home), None)
    if other is None:
        raise Refusal("The student is enrolled at one institution only; nothing can be recognised between two.")
    return other


def without(dossier: Dossier, key: str) -> Dossier:
    """The dossier as if the recognition of this key had never been decided."""
    held = [recognition for recognition in dossier.decided if recognition.key != key]
    return dossier if len(held) == len(dossier.decided) else with_decided(dossier, held)


def troubles(
    dossier: Dossier, wanted: WantedRecognition, key: str = "", spared: Sequence[str] = ()
) -> tuple[Message, ...]:
    """Why ``wanted`` cannot be granted as it stands, each with what to do; none where it can.

    ``key`` is that of the request itself, so that what it was granted before does not stand in its own way. ``spared``
    are the tags of excluded kinds that the institution recognises when they were done in mobility. Raises ``Refusal``
    for a degree in which the student is not.
    """
    bare = without(dossier, key)
    partner_of(bare, wanted.degree)
    early = (*_of_degree(bare, wanted), *_of_sources(bare, wanted), *_of_targets(bare, wanted))
    if early:
        return early
    curriculum = side_of(bare, wanted.degree).curriculum
    name = key or "new"
    grants = grants_of(name, wanted.targets, curriculum, wanted.kind, None)
    granted = as_recognition(name, wanted, grants, (curriculum.institution, ""))
    case = replace(bare.case, record=(*bare.case.record, *granted.attempts()))
    excluded = [tag for tag in _excluded(bare, curriculum.institution) if not wanted.mobility or tag not in spared]
    return objections(case, granted.as_core(), excluded, curriculum.agreed_ects)


def _excluded(dossier: Dossier, institution: str) -> tuple[str, ...]:
    return agreed(dossier.agreement).excluded_tags.get(institution, ()) if dossier.agreement else ()


def refuse_troubles(dossier: Dossier, wanted: WantedRecognition, key: str, spared: Sequence[str]) -> None:
    """Raise ``Refusal`` with every trouble there is."""
    if said := troubles(dossier, wanted, key, spared):
        raise Refusal(reduce(_then, said), about=_about(without(dossier, key), wanted))


def _about(bare: Dossier, wanted: WantedRecognition) -> str:
    """Which part of a request is in trouble, where one can tell: what was done, else what it is to be recognised as."""
    if any(_of_sources(bare, wanted)):
        return "sources" if wanted.kind is RecognitionKind.STUDY else "outside"
    return "courses" if any(_of_targets(bare, wanted)) else ""


def _then(first: Message, then: Message) -> Message:
    return Message("%(first)s %(then)s", {"first": first, "then": then})


def _of_degree(dossier: Dossier, wanted: WantedRecognition) -> Iterator[Message]:
    if wanted.degree in {side.curriculum.degree.id for side in dossier.left}:
        yield Message("The student has left this degree; nothing more is recognised in it.")


def _of_sources(dossier: Dossier, wanted: WantedRecognition) -> Iterator[Message]:
    if wanted.kind is not RecognitionKind.STUDY:
        if wanted.sources or not wanted.outside:
            yield Message("Describe the work and say how many credits it is worth; name no course for it.")
        yield from _of_outside(dossier, wanted)
        return
    if not wanted.sources or wanted.outside:
        yield Message("Choose at least one course that was passed at the partner.")
    partner = partner_of(dossier, wanted.degree)
    record = {attempt.id: attempt for attempt in dossier.case.record if attempt.institution == partner}
    for source in dict.fromkeys(wanted.sources):
        attempt = record.get(source)
        if attempt is None:
            yield Message(
                "%(source)s is not in this student's record at the partner; choose from the list.", {"source": source}
            )
        elif attempt.status is not Status.PASSED:
            yield Message("%(title)s is not passed; ask again once it is.", {"title": attempt.title or attempt.course})
        elif source in barred_from(dossier.every_side).get(wanted.degree, ()):
            yield Message(
                "%(title)s was passed in a way that this degree's curriculum does not recognise, such as by "
                "compensation; choose another.",
                {"title": attempt.title or attempt.course},
            )
        elif spent := _spent(dossier, wanted.degree, attempt):
            words = {"title": attempt.title or attempt.course, "as": spent}
            yield Message("%(title)s is already recognised in this degree as %(as)s; a credit is spent once.", words)
    named = [coin(record[source]) for source in dict.fromkeys(wanted.sources) if source in record]
    for where, course, _ in sorted({source for source in named if named.count(source) > 1}):
        words = {"course": course, "institution": where}
        yield Message("%(course)s of %(institution)s is named twice; choose one of its attempts.", words)


def _of_outside(dossier: Dossier, wanted: WantedRecognition) -> Iterator[Message]:
    """The same piece of work is recognised once, too."""
    known = {
        work.title.casefold()
        for recognition in dossier.decided
        if recognition.degree == wanted.degree
        for work in recognition.outside
    }
    for work in wanted.outside:
        if work.title.casefold() in known:
            yield Message(
                "“%(title)s” is already recognised in this degree; a credit is spent once.", {"title": work.title}
            )


def _spent(dossier: Dossier, degree: str, attempt: Attempt) -> tuple[object, ...]:
    """As what the course is recognised in the degree already."""
    for giving in dossier.recognised.given:
        if giving.degree == degree and coin(attempt) in map(coin, giving.sources):
            return tuple(grant.title or grant.course or grant.id for grant in giving.recognition.grants)
    return ()


def _of_targets(dossier: Dossier, wanted: WantedRecognition) -> Iterator[Message]:
    if not wanted.targets:
        yield Message("Choose at least one course, or the credits of a group, that it is to be recognised as.")
    side = side_of(dossier, wanted.degree)
    for wish in wanted.targets:
        yield from _of_course(dossier, side, wish) if wish.course is not None else _of_group(side, wish)
    named = [wish.course for wish in wanted.targets if wish.course is not None]
    for course in sorted({course for course in named if named.count(course) > 1}):
        yield Message("%(course)s is asked for twice; name it once.", {"course": course})


def _of_course(dossier: Dossier, side: DossierSide, wish: Wish) -> Iterator[Message]:
    course = side.curriculum.courses.get(wish.course or "")
    if course is None:
        words = {"course": wish.course, "version": side.curriculum.version}
        yield Message("%(course)s is not in curriculum %(version)s, which binds this student; choose another.", words)
        return
    has: dict[str, object] = {"title": course.title, "credits": course.credits}
    if not 0 < wish.credits <= course.credits:
        yield Message("%(title)s has %(credits)s credits; grant more than 0 and at most these.", has)
    if _is_held(dossier, side, course.code) and not course.repeatable:
        yield Message("%(title)s is counted in this degree already, or being studied there; choose another.", has)


def _of_group(side: DossierSide, wish: Wish) -> Iterator[Message]:
    if wish.tag not in {tag for course in side.curriculum.courses.values() for tag in course.tags}:
        words = {"tag": wish.tag or "–", "version": side.curriculum.version}
        yield Message("Curriculum %(version)s has no group “%(tag)s”; choose one that it has.", words)
    if wish.credits <= 0:
        yield Message("Say how many credits of the group, more than 0.")


def _is_held(dossier: Dossier, side: DossierSide, course: str) -> bool:
    own = side.curriculum.institution
    sat = any(
        attempt.institution == own and attempt.course == course and attempt.status in EXPECTED
        for attempt in dossier.case.record
    )
    given: Sequence[str | None] = [
        grant.course
        for giving in dossier.recognised.given
        if giving.degree == side.curriculum.degree.id
        for grant in giving.recognition.grants
    ]
    return sat or course in given
