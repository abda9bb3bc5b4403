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
    conversions: dict[tuple[str, str], Conversion] = {}
    for each in place.each():
        conversion = _conversion(each, institutions)
        if (conversion.origin, conversion.into) in conversions:
            words = {"origin": conversion.origin, "into": conversion.into}
            raise each.wrong(Message("grades of %(origin)s for %(into)s have a conversion already; keep one", words))
        conversions[conversion.origin, conversion.into] = conversion
    return tuple(conversions.values())


def _conversion(place: Place, institutions: tuple[str, ...]) -> Conversion:
    fields = place.fields(("from", "to", "method"), KEYS)
    origin, into = fields["from"].word(institutions), fields["to"].word(institutions)
    if origin == into:
        raise fields["to"].wrong(Message("both sides are at this institution; they must be at two"))
    return Conversion(
        origin=origin,
        into=into,
        method=_method(fields["method"], fields),
        since=fields["since"].day() if "since" in fields else None,
        source=read_text(fields.get("source")),
    )


def _method(place: Place, fields: Fields) -> Method:
    method = place.word(METHODS)
    return _statistical(place, fields) if method == "statistical" else _simple(method, place, fields)


def _simple(method: str, place: Place, fields: Fields) -> Linear | FixedTable | WithoutGrade:
    match method:
        case "linear":
            return Linear()
        case "table":
            return FixedTable(rows=_rows(_needed(place, fields, "rows")))
        case _:
            return WithoutGrade()


def _statistical(place: Place, fields: Fields) -> Statistical:
    otherwise = _needed(place, fields, "otherwise")
    plain = Statistical(
        field=_needed(place, fields, "field").name(),
        cycle=_needed(place, fields, "cycle").name(),
        choose=_needed(place, fields, "choose").one_of(GradeChoice),
        otherwise=_simple(
            otherwise.word(tuple(method for method in METHODS if method != "statistical")), otherwise, fields
        ),
    )
    return replace(
        plain,
        smallest=fields["smallest"].whole() if "smallest" in fields else plain.smallest,
        years=fields["years"].whole() if "years" in fields else plain.years,
    )


def _needed(place: Place, fields: Fields, key: str) -> Place:
    if key not in fields:
        raise place.wrong(Message('this method needs the key "%(key)s" beside it', {"key": key}))
    return fields[key]


def _rows(place: Place) -> tuple[MethodRow, ...]:
    """The lines of a fixed table, each below the one before and never giving more than it."""
    rows: list[MethodRow] = []
    for line in place.each():
        fields = line.fields(("at_least", "grade"))
        row = MethodRow(at_least=fields["at_least"].number(), grade=fields["grade"].number())
        if rows and row.at_least >= rows[-1].at_least:
            raise fields["at_least"].wrong(Message("write the best grade first, and each line below the one before"))
        if rows and row.grade > rows[-1].grade:
            raise fields["grade"].wrong(Message("a lower grade must not become a better one"))
        rows.append(row)
    if not rows:
        raise place.wrong(Message("the table has no line; name at least one"))
    return tuple(rows)
