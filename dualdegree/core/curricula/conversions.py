"""How are grades converted between the two institutions, as the text of an agreement says?"""

from dataclasses import replace

from dualdegree.core.audit.case.rule_text import Fields, read_text
from dualdegree.core.grades import (
    Conversion,
    FixedTable,
    GradeChoice,
    Linear,
    Method,
    MethodRow,
    Statistical,
    WithoutGrade,
)
from dualdegree.core.source.tree import Place
from dualdegree.core.text import Message

METHODS = ("linear", "table", "statistical", "ungraded")
KEYS = ("rows", "field", "cycle", "choose", "smallest", "years", "otherwise", "since", "source")


def read_conversions(place: Place, institutions: tuple[str, ...]) -> tuple[Conversion, ...]:
    """At most one conversion for each direction between the two institutions; raises ``SourceError``."""
    found: dict[tuple[str, str], Conversion] = {}
    for each in place.each():
        one = _conversion(each, institutions)
        if (one.origin, one.into) in found:
            words = {"origin": one.origin, "into": one.into}
            raise each.wrong(Message("grades of %(origin)s for %(into)s have a conversion already; keep one", words))
        found[one.origin, one.into] = one
    return tuple(found.values())


def _conversion(place: Place, institutions: tuple[str, ...]) -> Conversion:
    found = place.fields(("from", "to", "method"), KEYS)
    origin, into = found["from"].word(institutions), found["to"].word(institutions)
    if origin == into:
        raise found["to"].wrong(Message("both sides are at this institution; they must be at two"))
    return Conversion(
        origin=origin,
        into=into,
        method=_method(found["method"], found),
        since=found["since"].day() if "since" in found else None,
        source=read_text(found.get("source")),
    )


def _method(place: Place, found: Fields) -> Method:
    method = place.word(METHODS)
    return _statistical(place, found) if method == "statistical" else _simple(method, place, found)


def _simple(method: str, place: Place, found: Fields) -> Linear | FixedTable | WithoutGrade:
    match method:
        case "linear":
            return Linear()
        case "table":
            return FixedTable(rows=_rows(_needed(place, found, "rows")))
        case _:
            return WithoutGrade()


def _statistical(place: Place, found: Fields) -> Statistical:
    otherwise = _needed(place, found, "otherwise")
    plain = Statistical(
        field=_needed(place, found, "field").name(),
        cycle=_needed(place, found, "cycle").name(),
        choose=_needed(place, found, "choose").one_of(GradeChoice),
        otherwise=_simple(otherwise.word(tuple(one for one in METHODS if one != "statistical")), otherwise, found),
    )
    return replace(
        plain,
        smallest=found["smallest"].whole() if "smallest" in found else plain.smallest,
        years=found["years"].whole() if "years" in found else plain.years,
    )


def _needed(place: Place, found: Fields, key: str) -> Place:
    if key not in found:
        raise place.wrong(Message('this method needs the key "%(key)s" beside it', {"key": key}))
    return found[key]


def _rows(place: Place) -> tuple[MethodRow, ...]:
    """The lines of a fixed table, each below the one before and never giving more than it."""
    rows: list[MethodRow] = []
    for line in place.each():
        found = line.fields(("at_least", "grade"))
        row = MethodRow(at_least=found["at_least"].number(), grade=found["grade"].number())
        if rows and row.at_least >= rows[-1].at_least:
            raise found["at_least"].wrong(Message("write the best grade first, and each line below the one before"))
        if rows and row.grade > rows[-1].grade:
            raise found["grade"].wrong(Message("a lower grade must not become a better one"))
        rows.append(row)
    if not rows:
        raise place.wrong(Message("the table has no line; name at least one"))
    return tuple(rows)
