"""What of an earlier answer is the ``previous`` of this case? The claims of items and leaves that still exist."""

from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.case.reading import exclusive_leaves, items_of
from dualdegree.core.audit.facts import FREE, UNCOUNTED, Case, Claims


def carried(case: Case, answer: Answer) -> Claims:
    """The earlier answer's places as this case may state them; a degree that it no longer has is left out."""
    claims = {}
    for degree in case.degrees:
        if (earlier := answer.degrees.get(degree.id)) is None:
            continue
        items, places = items_of(degree, case), {*exclusive_leaves(degree), FREE, UNCOUNTED}
        placed = {**earlier.claims, **dict.fromkeys(earlier.not_counted, UNCOUNTED)}
        claims[degree.id] = {item: place for item, place in placed.items() if item in items and place in places}
    return claims
