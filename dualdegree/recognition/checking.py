"""What refuses an equivalence table? Courses that no curriculum has, credits that are none, kinds that are excluded."""

from collections.abc import Iterator, Sequence

from dualdegree.core.audit.rules import Courses, Credits, Origin, nodes
from dualdegree.core.credit import figure
from dualdegree.core.curricula.curriculum import Course, Curriculum
from dualdegree.core.curricula.equivalence import Entry, EquivalenceTable, SourceCourse, Target
from dualdegree.core.source.reading import Place, SourceError
from dualdegree.core.text import Message, Text
from dualdegree.recognition.grounds import Grounds


def mistakes_in(top: Place, table: EquivalenceTable, grounds: Grounds) -> Iterator[SourceError]:
    """The first thing wrong in each entry, so that all can be mended at once; ``top`` is the top of the file."""
    for entry, place in zip(table.entries, top.entry("entries").each(), strict=True):
        try:
            _check(entry, place, grounds)
        except SourceError as error:
            yield error


def _check(entry: Entry, place: Place, grounds: Grounds) -> None:
    """Every course is in a curriculum of its side, with its credits; nothing excluded is recognised."""
    sat, granted = place.entry("from"), place.entry("to")
    for side, where in ((sat, entry.institution), (granted, entry.target_institution)):
        if where not in grounds.parties:
            wrong = Message(
                "this institution is not a party of the programme; name %(parties)s", {"parties": grounds.parties}
            )
            raise side.entry("institution").wrong(wrong)
    for source, spot in zip(entry.sources, sat.entry("courses").each(), strict=True):
        _refuse_excluded(spot, _known(spot, entry.institution, source, grounds), entry, grounds)
    for target, spot in zip(entry.targets, granted.entry("courses").each(), strict=True):
        courses = _known(spot, entry.target_institution, target, grounds) if target.code else ()
        _refuse_excluded(spot, (*courses, target), entry, grounds)
    _refuse_grade_beyond(place, entry, grounds)


def _refuse_grade_beyond(place: Place, entry: Entry, grounds: Grounds) -> None:
    """Nobody reaches a least grade above the top of the scale."""
    scale = grounds.scales[entry.institution]
    if entry.min_grade is not None and entry.min_grade > scale.highest:
        words = {"institution": entry.institution, "highest": figure(scale.highest)}
        wrong = Message("the grades of %(institution)s end at %(highest)s; write the least grade on that scale", words)
        raise place.entry("min_grade").wrong(wrong)


def unknown_course(institution: str) -> Message:
    """What is said of a course that no version of the institution's curriculum has."""
    words = {"institution": institution}
    return Message("no curriculum of %(institution)s has this course; import it first, or mend the code", words)


def _known(place: Place, institution: str, named: SourceCourse | Target, grounds: Grounds) -> tuple[Course, ...]:
    courses = grounds.courses(institution, named.code or "")
    if not courses:
        raise place.entry("code").wrong(unknown_course(institution))
    if named.credits not in {course.credits for course in courses}:
        words = {"credits": figure(courses[0].credits), "institution": institution, "given": figure(named.credits)}
        wrong = Message("the course has %(credits)s credits in the curriculum of %(institution)s, not %(given)s", words)
        raise place.entry("credits").wrong(wrong)
    return courses


def excluded_tags(entry: Entry, tagged: Sequence[Course | Target], grounds: Grounds) -> tuple[str, ...]:
    """The tags of these that are not recognised into the entry's degree, in the order of the agreement."""
    tags = {tag for course in tagged for tag in course.tags}
    return tuple(tag for tag in grounds.excluded(entry.target_institution) if tag in tags)


def is_lifted(tag: str, entry: Entry, grounds: Grounds) -> bool:
    """Whether the exclusion is lifted: this kind may be recognised when done in mobility, and that is evidenced."""
    return tag in grounds.asks(entry.target_institution).in_mobility and bool(entry.evidence.mobility)


def _refuse_excluded(place: Place, tagged: Sequence[Course | Target], entry: Entry, grounds: Grounds) -> None:
    into = entry.target_institution
    for tag in excluded_tags(entry, tagged, grounds):
        if is_lifted(tag, entry, grounds):
            continue
        law = _law(tag, grounds.curricula.get(into, ())) or grounds.agreement.id
        words = {"tag": tag, "institution": into, "law": law}
        if tag in grounds.asks(into).in_mobility:
            wrong = Message(
                'what is tagged "%(tag)s" is recognised into %(institution)s only when it was done in mobility '
                "(%(law)s); say under “evidence: mobility” how that is known, or take it out",
                words,
            )
        else:
            wrong = Message(
                'what is tagged "%(tag)s" is never recognised into %(institution)s (%(law)s); take it out', words
            )
        raise (place.entry("code") if "code" in place.entries() else place.entry("tags")).wrong(wrong)


def _law(tag: str, curricula: Sequence[Curriculum]) -> Text:
    """The clause of the rule that asks for such work to be done at home: why the agreement excludes it."""
    clauses = (
        node.clause
        for curriculum in curricula
        for node in nodes(curriculum.degree.requirements)
        if isinstance(node, Credits | Courses) and tag in node.select.tag and node.select.origin == (Origin.NATIVE,)
    )
    return next((clause for clause in clauses if clause), {})
