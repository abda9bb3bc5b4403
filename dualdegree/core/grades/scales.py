"""What does a grade say? The grade scales, one table, and how a register's words are read.

Decisions, marked because no regulation settles them:

- The representative value of one of Beihang's five levels is the middle of its band (优 95, 良 85, 中 75, 及格 65). The
  university's own points per level (4, 3.5, 2.8, 1.7) lie at 100, 83.7, 74.7 and 65 on its curve.
- The representative value of one of Spain's levels without a figure is 5.5, 7.5, 9 or 10, as several universities hold
  it for the ministry's declaration of equivalence.
- A failing level has no value: it tells that the course is not passed, and nothing is computed from it.
"""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.credit import NotADecimal, decimal, figure
from dualdegree.core.text import Message


class ImpossibleGrade(ValueError):
    """The register's words are no grade of the scale. ``reason`` says why; ``in_label`` where the label is to blame."""

    def __init__(self, reason: Message, *, in_label: bool = False) -> None:
        super().__init__(str(reason))
        self.reason, self.in_label = reason, in_label


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A word of a scale. ``names`` are what registers write, the first one is printed; a band is inclusive."""

    names: tuple[str, ...]
    meaning: Message
    passed: bool
    lowest: Decimal | None = None
    highest: Decimal | None = None
    value: Decimal | None = None
    """What stands for the level where a figure is needed; None where it says only pass or fail."""
    points: Decimal | None = None
    mention: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A grade scale: higher is better, ``pass_mark`` passes; figures have at most ``places`` decimals."""

    key: str
    title: Message
    lowest: Decimal
    highest: Decimal
    pass_mark: Decimal
    places: int
    levels: tuple[Level, ...]
    """Best first; where two bands overlap, the later is the plain one and the earlier a mention on top of it."""
    source: str
    in_force: dt.date | None
    """Since when the source is in force; None where the source does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A grade as normalised for deciding: higher is better. ``level`` is the word that was written, if any."""

    value: Decimal | None
    passed: bool
    mention: str | None = None
    level: str | None = None

    @property
    def ungraded(self) -> bool:
        """Passed without a figure: it gives credits and stays out of every mean."""
        return self.passed and self.value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """One line of a scale's legend: the word as printed, its band (``""`` where it has none), what it means."""

    name: str
    band: str
    meaning: Message
    passed: bool


def _level(
    names: str,
    meaning: Message,
    band: str = "",
    *,
    value: str | None = None,
    points: str | None = None,
    passed: bool = True,
    mention: bool = False,
) -> Level:
    low, _, high = band.partition("-")
    return Level(
        names=tuple(names.split("|")),
        meaning=meaning,
        passed=passed,
        lowest=Decimal(low) if band else None,
        highest=Decimal(high) if band else None,
        value=None if value is None else Decimal(value),
        points=None if points is None else Decimal(points),
        mention=mention,
    )


CN_100 = Scale(
    key="cn-100",
    title=Message("Chinese percentage scale, 0 to 100"),
    lowest=Decimal(0),
    highest=Decimal(100),
    pass_mark=Decimal(60),
    places=2,
    levels=(
        _level("优|优秀", Message("excellent"), "90-100", value="95", points="4"),
        _level("良|良好", Message("good"), "80-89", value="85", points="3.5"),
        _level("中|中等", Message("average"), "70-79", value="75", points="2.8"),
        _level("及格", Message("pass"), "60-69", value="65", points="1.7"),
        _level("不及格", Message("fail"), "0-59", points="0", passed=False),
        _level("通过|合格", Message("passed, without grade")),
        _level("不通过|未通过|不合格", Message("not passed, without grade"), passed=False),
    ),
    source="Beihang University, note on its undergraduate transcript (reproduced at chinamrgl.com/info/1137/3722.html)",
    in_force=None,
)

ES_10 = Scale(
    key="es-10",
    title=Message("Spanish scale, 0 to 10 with one decimal"),
    lowest=Decimal(0),
    highest=Decimal(10),
    pass_mark=Decimal(5),
    places=1,
    levels=(
        _level(
            "MH|M.H.|Matrícula de Honor",
            Message("with honours, for at most 5 per cent of those enrolled"),
            "9.0-10",
            value="10",
            mention=True,
        ),
        _level("SB|Sobresaliente", Message("outstanding"), "9.0-10", value="9"),
        _level("NT|Notable", Message("notable"), "7.0-8.9", value="7.5"),
        _level("AP|Aprobado", Message("pass"), "5.0-6.9", value="5.5"),
        _level("SS|Suspenso", Message("fail"), "0-4.9", passed=False),
        _level("NP|No presentado", Message("not presented"), passed=False),
        _level("Apto", Message("passed, without grade")),
        _level("No apto", Message("not passed, without grade"), passed=False),
    ),
    source="Real Decreto 1125/2003, art. 5.4 and 5.6",
    in_force=dt.date(2003, 9, 19),
)

SCALES: Mapping[str, Scale] = {scale.key: scale for scale in (CN_100, ES_10)}
"""Every grade scale. A new one is one more entry, with its source and the day since when it is in force."""


def read_grade(scale: Scale, text: str, label: str = "") -> Grade:
    """The grade that a register wrote: a figure or a level in ``text``, a level in ``label``, or both in agreement.

    Figures have a decimal point. Raises ``ImpossibleGrade`` for anything that the scale does not have.
    """
    level = find_level(scale, label)
    if label.strip() and level is None:
        raise ImpossibleGrade(_unknown(scale, label), in_label=True)
    if not text.strip():
        if level is None:
            raise ImpossibleGrade(Message("There is no grade here; leave the row out until there is one."))
        return _of_level(level)
    word = find_level(scale, text)
    if word is not None and level not in {None, word}:
        raise ImpossibleGrade(_disagree(text, label), in_label=True)
    return _of_level(word) if word is not None else _of_figure(scale, text.strip(), level, label.strip())


def find_level(scale: Scale, name: str) -> Level | None:
    """The level that a register means by ``name``, whatever its case and blanks; None where the scale has none."""
    wanted = _plain(name)
    return next((level for level in scale.levels if wanted and wanted in map(_plain, level.names)), None)


def level_of(scale: Scale, value: Decimal) -> Level:
    """The plain level in whose band a figure lies; a mention is never inferred."""
    banded = [level for level in scale.levels if level.lowest is not None and not level.mention]
    return next(level for level in banded if level.lowest is not None and value >= level.lowest)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _of_level(level: Level) -> Grade:
    mention = level.names[0] if level.mention else None
    return Grade(value=level.value, passed=level.passed, mention=mention, level=level.names[0])


def _of_figure(scale: Scale, text: str, level: Level | None, label: str) -> Grade:
    try:
        value = decimal(text)
    except NotADecimal:
        raise ImpossibleGrade(_unknown(scale, text)) from None
    if not scale.lowest <= value <= scale.highest:
        words = {"text": text, "lowest": figure(scale.lowest), "highest": figure(scale.highest)}
        raise ImpossibleGrade(Message("%(text)s is not between %(lowest)s and %(highest)s.", words))
    if value != value.quantize(Decimal(1).scaleb(-scale.places)):
        words = {"text": text, "places": str(scale.places)}
        raise ImpossibleGrade(Message("%(text)s has too many decimals; the scale allows %(places)s.", words))
    if level is not None and not _agrees(scale, value, level):
        raise ImpossibleGrade(_disagree(text, label), in_label=True)
    mention = level.names[0] if level is not None and level.mention else None
    return Grade(value=value, passed=value >= scale.pass_mark, mention=mention, level=level.names[0] if level else None)


def _agrees(scale: Scale, value: Decimal, level: Level) -> bool:
    if level.lowest is None:
        return level.passed == (value >= scale.pass_mark)
    return level_of(scale, value).lowest == level.lowest


def _disagree(text: str, label: str) -> Message:
    return Message(
        "%(text)s and %(label)s do not go together; ask the register which holds.", {"text": text, "label": label}
    )


def _unknown(scale: Scale, text: str) -> Message:
    names = tuple(level.names[0] for level in scale.levels)
    words = {"text": text, "lowest": figure(scale.lowest), "highest": figure(scale.highest), "names": names}
    return Message('"%(text)s" is not a grade: write %(lowest)s to %(highest)s or one of %(names)s.', words)


def legend(scale: Scale) -> tuple[LegendEntry, ...]:
    """What a transcript prints to explain the scale, best first."""
    return tuple(
        LegendEntry(
            name=level.names[0],
            band="" if level.lowest is None else f"{figure(level.lowest)}–{figure(level.highest or scale.highest)}",
            meaning=level.meaning,
            passed=level.passed,
        )
        for level in scale.levels
    )
