"""What does a plan case say, and how is its answer written down?"""

from dualdegree.core.audit.case.answers import Json, as_json
from dualdegree.core.audit.case.attempts import names
from dualdegree.core.audit.case.reading import case_at
from dualdegree.core.audit.case.rule_text import unique
from dualdegree.core.audit.facts import Case, Grant, Recognition
from dualdegree.core.audit.plan.search import Offer, Plan, PlanCase
from dualdegree.core.credit import figure
from dualdegree.core.source.reading import read
from dualdegree.core.source.tree import Place
from dualdegree.core.text import Message

PLAN_KEYS = ("offers", "term_limit_ects")


def read_plan_case(text: str | bytes, name: str) -> PlanCase:
    """The plan case that a text holds; ``name`` is what errors call it. Raises ``SourceError``, and nothing else."""
    top = read(text, name)
    keys = top.entries()
    case = case_at(top, PLAN_KEYS)
    places = top.entry("offers").each()
    offers = tuple(_offer(place, case) for place in places)
    unique(place.entry("id") for place in places)
    _refuse_known(places, offers, case)
    limit = keys["term_limit_ects"].credits() if "term_limit_ects" in keys else None
    return PlanCase(case=case, offers=offers, term_limit_ects=limit)


def _offer(place: Place, case: Case) -> Offer:
    keys = place.fields(
        ("id", "institution", "course", "credits", "terms"), ("tags", "level", "language", "recognised_as")
    )
    terms = names(keys["terms"])
    if not terms:
        raise keys["terms"].wrong(Message("name at least one term in which the course can be taken"))
    granted = keys["recognised_as"].each() if "recognised_as" in keys else ()
    return Offer(
        id=keys["id"].name(),
        institution=keys["institution"].name(),
        course=keys["course"].name(),
        credits=keys["credits"].credits(),
        terms=tuple(sorted(terms)),
        tags=names(keys.get("tags")),
        level=keys["level"].number() if "level" in keys else None,
        language=keys["language"].name() if "language" in keys else None,
        recognitions=_recognitions(keys["id"].name(), keys["institution"].name(), granted, case),
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


def _refuse_known(places: tuple[Place, ...], offers: tuple[Offer, ...], case: Case) -> None:
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
    blocking = {"term_limit_ects": True} if plan.only_terms_block else result["blocking"]
    return {
        "case": case_name,
        "offers": None if plan.offers is None else {term: list(offers) for term, offers in plan.offers.items()},
        "added_ects": None if plan.offers is None else figure(plan.added_ects),
        "proven": plan.is_proven,
        "degrees": result["degrees"],
        "milestones": {degree: list(missing) for degree, missing in plan.milestones.items()},
        "blocking": blocking,
    }
