"""What does a plan case say, and how is its answer written down?"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from dualdegree.core.audit.case.answers import Json, as_json
from dualdegree.core.audit.case.attempts import names
from dualdegree.core.audit.case.reading import case_at
from dualdegree.core.audit.case.rule_text import unique
from dualdegree.core.audit.facts import Case, Grant, Recognition
from dualdegree.core.audit.plan.question import OfferedCourse, PlanCase, Prefer
from dualdegree.core.audit.plan.search import Plan, Term
from dualdegree.core.audit.plan.terms_text import (
    ORDER_KEYS,
    read_order,
    read_same_terms,
    read_stays,
    read_term_limit,
)
from dualdegree.core.credit import figure
from dualdegree.core.source.reading import read
from dualdegree.core.source.tree import Place
from dualdegree.core.text import Message

PLAN_KEYS = (
    "offers", "same_terms", "term_limit_ects", "term_limit_courses", "one_place", "away", "stays", "end_by", "prefer",
    "assume_grade",
)  # fmt: skip
OFFER_KEYS = ("tags", "level", "language", "recognised_as", *ORDER_KEYS)


def read_plan_case(text: str | bytes, name: str) -> PlanCase:
    """The plan case that a text holds; ``name`` is what errors call it. Raises ``SourceError``, and nothing else."""
    top = read(text, name)
    keys = top.entries()
    case = case_at(top, PLAN_KEYS)
    places = top.entry("offers").each()
    offers = tuple(_offer(place, case) for place in places)
    unique(place.entry("id") for place in places)
    _refuse_known(places, offers, case)
    institutions = {degree.institution for degree in case.degrees} | {offer.institution for offer in offers}
    institutions |= {attempt.institution for attempt in case.record}
    terms = {term for offer in offers for term in offer.terms} | {attempt.term for attempt in case.record}
    same_terms = read_same_terms(keys.get("same_terms"))
    terms |= {term for group in same_terms for term in group}
    return PlanCase(
        case=case,
        offers=offers,
        same_terms=same_terms,
        term_limit_ects=read_term_limit(keys.get("term_limit_ects"), institutions, terms, Place.credits),
        term_limit_courses=read_term_limit(
            keys.get("term_limit_courses"), institutions, terms, lambda at: Decimal(at.whole())
        ),
        one_place="one_place" in keys and keys["one_place"].flag(),
        away={term: at.word(_sorted(institutions)) for term, at in _entries(keys.get("away")).items()},
        stays=read_stays(keys.get("stays"), institutions),
        end_by=keys["end_by"].name() if "end_by" in keys else None,
        prefer=keys["prefer"].one_of(Prefer) if "prefer" in keys else Prefer.WORK,
        assume_grade=_grades(keys.get("assume_grade"), case),
    )


def _sorted(known: set[str]) -> tuple[str, ...]:
    return tuple(sorted(known))


def _entries(place: Place | None) -> Mapping[str, Place]:
    return place.entries() if place else {}


def _grades(place: Place | None, case: Case) -> dict[str, Decimal]:
    homes = tuple(sorted(degree.institution for degree in case.degrees))
    grades = {}
    for institution, at in _entries(place).items():
        if institution not in homes:
            words = {"institution": institution, "homes": homes}
            raise at.wrong(Message('no degree is at home at "%(institution)s"; known are %(homes)s', words))
        grades[institution] = at.grade()
    return grades


def _offer(place: Place, case: Case) -> OfferedCourse:
    keys = place.fields(("id", "institution", "course", "credits", "terms"), OFFER_KEYS)
    terms = names(keys["terms"])
    if not terms:
        raise keys["terms"].wrong(Message("name at least one term in which the course can be taken"))
    granted = keys["recognised_as"].each() if "recognised_as" in keys else ()
    return OfferedCourse(
        id=keys["id"].name(),
        institution=keys["institution"].name(),
        course=keys["course"].name(),
        credits=keys["credits"].credits(),
        terms=tuple(sorted(terms)),
        tags=names(keys.get("tags")),
        level=keys["level"].number() if "level" in keys else None,
        language=keys["language"].name() if "language" in keys else None,
        recognitions=_recognitions(keys["id"].name(), keys["institution"].name(), granted, case),
        **read_order(keys, keys["course"].name()),
    )


def _recognitions(offer: str, institution: str, granted: tuple[Place, ...], case: Case) -> tuple[Recognition, ...]:
    grants: dict[str, list[Grant]] = {}
    for place in granted:
        keys = place.fields(("degree", "credits"), ("course", "tags"))
        into = keys["degree"].word(tuple(degree.id for degree in case.degrees))
        if any(degree.id == into and degree.institution == institution for degree in case.degrees):
            raise keys["degree"].wrong(
                Message("the course is sat where this degree is at home; it counts there as it is")
            )
        own = grants.setdefault(into, [])
        own.append(
            Grant(
                id=f"{offer}@{into}#{len(own) + 1}",
                credits=keys["credits"].credits(),
                course=keys["course"].name() if "course" in keys else None,
                tags=names(keys.get("tags")),
                ungraded_pass=True,
            )
        )
    return tuple(
        Recognition(id=f"{offer}@{into}", degree=into, sources=(offer,), grants=tuple(own))
        for into, own in sorted(grants.items())
    )


def _refuse_known(places: tuple[Place, ...], offers: tuple[OfferedCourse, ...], case: Case) -> None:
    """An id stands for one attempt, grant or offer; a course is offered once, with all its terms."""
    granted = {grant.id for recognition in case.recognitions for grant in recognition.grants}
    known = {*(attempt.id for attempt in case.record), *granted}
    courses: set[tuple[str, str]] = set()
    for place, offer in zip(places, offers, strict=True):
        own = {offer.id, *(grant.id for recognition in offer.recognitions for grant in recognition.grants)}
        if own & known:
            raise place.entry("id").wrong(Message('"%(id)s" is already used; choose another', {"id": min(own & known)}))
        if (offer.institution, offer.course) in courses:
            raise place.entry("course").wrong(Message("this course is offered twice; name all its terms in one offer"))
        known |= own
        courses.add((offer.institution, offer.course))


def plan_as_json(plan: Plan, case_name: str) -> Json:
    """The object that ``json.dumps`` writes. ``offers`` and ``added_ects`` are null where no plan exists."""
    result = as_json(plan.answer, case_name)
    blocking = dict.fromkeys(plan.held_up_by, True) if plan.only_terms_block else result["blocking"]
    means = {degree: come.means for degree, come in plan.to_come.items() if come.means}
    return {
        "case": case_name,
        "offers": None if plan.offers is None else {term: list(offers) for term, offers in plan.offers.items()},
        "added_ects": None if plan.offers is None else figure(plan.added_ects),
        "proven": plan.is_proven,
        "terms": {term.names[0]: _term(term) for term in plan.terms},
        "stay": None if plan.stay is None else {"institution": plan.stay.institution, "terms": list(plan.stay.terms)},
        "courses": _courses(plan),
        "alternatives": {offer: list(others) for offer, others in plan.alternatives.items()},
        "degrees": result["degrees"],
        "milestones": {degree: list(missing) for degree, missing in plan.milestones.items()},
        "means": {
            degree: {node: None if mean is None else figure(mean) for node, mean in own.items()}
            for degree, own in means.items()
        },
        "blocking": blocking,
    }


def _term(term: Term) -> Json:
    return {
        "names": list(term.names),
        "load_ects": load_figure(term.load),
        "of_record_ects": load_figure(term.of_record),
        "offers": list(term.offers),
    }


def load_figure(load: Fraction) -> str:
    """ECTS as a decimal; what does not end is rounded to hundredths."""
    hundredths = (load * 100).__round__()
    return figure(Decimal(hundredths) / 100)


def _courses(plan: Plan) -> Json:
    """Offer → its term, and what it serves in each degree: itself, or what it is recognised as, by item."""
    courses: Json = {}
    begun = {offer: term for term, offers in (plan.offers or {}).items() for offer in offers}
    for offer, term in begun.items():
        grants = {g.id for r in plan.audited.recognitions if offer in r.sources for g in r.grants}
        serves = {
            degree: {item: answer.claims[item] for item in sorted({offer, *grants}) if item in answer.claims}
            for degree, answer in plan.answer.degrees.items()
        }
        courses[offer] = {"term": term, "serves": {degree: items for degree, items in serves.items() if items}}
    return courses
