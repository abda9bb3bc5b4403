"""Whose transcript is it, and of which degrees? The facts in two columns, each value in its box."""

import datetime as dt
from collections.abc import Iterator

from dualdegree.core.credit import figure
from dualdegree.core.text import Message
from dualdegree.core.transcript import Content, Transcript, TranscriptDegree
from dualdegree.transcript.formats.pdf.drawing import blocks
from dualdegree.transcript.formats.pdf.drawing.blocks import Align, Block
from dualdegree.transcript.formats.pdf.drawing.flow import FlowPiece
from dualdegree.transcript.formats.pdf.drawing.marks import MarkRole, RuledLine
from dualdegree.transcript.formats.pdf.drawing.styles import (
    GOLD,
    HEADING,
    LABEL,
    LINE,
    NAME,
    NOTE,
    SECOND,
    STRONG,
    TINT,
    VALUE,
    WIDTH,
)
from dualdegree.transcript.formats.words import DocumentWords, Pair, Said

GUTTER = 18.0
COLUMN = (WIDTH - GUTTER) / 2
THIRD = (WIDTH - 2 * GUTTER) / 3
INSET = 9.0
INNER = COLUMN - 2 * INSET
LEVEL = 2.2
"""How much lower a label starts than its value, so that both stand on one line."""
_DegreeFact = tuple[Message, str, Pair]
"""A label, its value, and perhaps the unit beneath it."""
LABELLED = 0.66
"""The share of a card's line that its label may have."""


def heading(words: DocumentWords, message: Message, *, before: float = 15) -> FlowPiece:
    """The heading of a part of the document, over a fine line."""
    line = blocks.inline(words.label(message), HEADING, WIDTH, MarkRole.HEADING)
    rule = RuledLine(x=0, y=line.height + 2, to_x=WIDTH, to_y=line.height + 2, colour=GOLD, thickness=0.7)
    block = Block(width=WIDTH, height=line.height + 3, marks=(*line.marks, rule))
    return FlowPiece(block=block, before=before, keep=True)


def holder(transcript: Transcript, words: DocumentWords) -> Iterator[FlowPiece]:
    """Who holds it, and which document it is."""
    yield heading(words, Message("Holder"))
    yield FlowPiece(block=blocks.beside(_names(transcript.content, words), gap=GUTTER), before=6)
    for row in _rows(transcript, words):
        yield FlowPiece(block=blocks.beside(row, gap=GUTTER), before=5)


def degrees(content: Content, words: DocumentWords) -> Iterator[FlowPiece]:
    """Both degrees side by side; each has its own total in its own unit, and nothing adds the two.

    Of one institution alone only what the holder is enrolled in: it certifies no degree.
    """
    if not content.is_joint:
        yield heading(words, Message("Enrolled in"))
        for degree in content.degrees:
            yield FlowPiece(block=_enrolled(degree, words), before=7)
        return
    yield heading(words, Message("Degrees"))
    tops = blocks.level([_top(content, degree, words) for degree in content.degrees], fill=TINT)
    lines = blocks.level([_lines(content, degree, words) for degree in content.degrees])
    cards = [blocks.stack(parts) for parts in zip(tops, lines, strict=True)]
    yield FlowPiece(block=blocks.beside(blocks.level(cards, outline=LINE), gap=GUTTER), before=7)


def _fact(label: Pair, value: Block) -> Block:
    """A label over its value, as wide as the value's box."""
    return blocks.stack((blocks.inline(label, LABEL, value.width, MarkRole.LABEL), value))


def _names(content: Content, words: DocumentWords) -> Iterator[Block]:
    """In Han characters where there is such a name, and as in the passport; never the one made from the other."""
    person = content.holder
    room = WIDTH
    if person.han_name:
        room = 2 * THIRD + GUTTER
        han = blocks.text(Said(person.han_name, "zh_Hans"), NAME, THIRD, MarkRole.VALUE)
        yield _fact(words.label(Message("Name in Chinese")), han)
    passport = blocks.text(f"{person.family_name}, {person.given_names}", NAME, room, MarkRole.VALUE)
    yield _fact(words.label(Message("Name as in the passport (family name, given names)")), passport)


def _rows(transcript: Transcript, words: DocumentWords) -> Iterator[list[Block]]:
    """The other facts, three in a row."""
    content, issue = transcript.content, transcript.issue
    born = blocks.inline(words.date(content.holder.birth_date), VALUE, THIRD, MarkRole.VALUE)
    country = blocks.inline(words.country(content.holder.nationality), VALUE, THIRD, MarkRole.VALUE)
    issued = blocks.inline(words.date(issue.issued_on), VALUE, THIRD, MarkRole.VALUE)
    yield [
        _fact(words.label(Message("Date of birth")), born),
        _fact(words.label(Message("Nationality")), country),
        _fact(words.label(Message("Date of issue")), issued),
    ]
    serials = ((Message("Serial number"), issue.serial), (Message("Replaces the transcript"), issue.replaces))
    kept = [_fact(words.label(label), _value(serial)) for label, serial in serials if serial]
    yield [*_numbers(content, words), *([blocks.stack(kept, gap=5)] if kept else [])]


def _numbers(content: Content, words: DocumentWords) -> Iterator[Block]:
    for number in content.holder.numbers:
        where = words.text(content.institution(number.institution).name)
        value = blocks.stack((_value(number.number), blocks.both(where, (NOTE,), THIRD, MarkRole.LABEL)))
        yield _fact(words.label(Message("Student number")), value)


def _value(words: str) -> Block:
    return blocks.text(words, VALUE, THIRD, MarkRole.VALUE)


def _top(content: Content, degree: TranscriptDegree, words: DocumentWords) -> Block:
    issuer = blocks.inline(words.text(content.institution(degree.institution).name), NOTE, INNER, MarkRole.LABEL)
    award = blocks.both(words.text(degree.award), (STRONG, SECOND), INNER, MarkRole.HEADING)
    return blocks.padded(blocks.stack((issuer, award), gap=1), left=INSET, top=6, right=INSET, bottom=5)


def _enrolled(degree: TranscriptDegree, words: DocumentWords) -> Block:
    award = blocks.both(words.text(degree.award), (STRONG, SECOND), 2 * THIRD + GUTTER, MarkRole.HEADING)
    term = _fact(words.label(Message("Admission term")), _value(degree.admission_term))
    version = _fact(words.label(Message("Curriculum version")), _value(degree.curriculum))
    return blocks.stack((award, blocks.beside((term, version), gap=GUTTER)), gap=5)


def _lines(content: Content, degree: TranscriptDegree, words: DocumentWords) -> Block:
    """What is known of a degree, line by line; a date that is not recorded has no line."""
    unit = words.text(content.institution(degree.institution).unit)
    facts: tuple[_DegreeFact, ...] = (
        (Message("Admission term"), degree.admission_term, ()),
        (Message("Curriculum version"), degree.curriculum, ()),
        *_met(degree),
        (Message("Degree awarded on"), _day(degree.awarded_on), ()),
        *_parts(degree),
        (Message("Total of this degree"), figure(degree.total), unit),
        (Message("Agreed ECTS equivalent"), figure(degree.ects), ()),
        (Message("Mean grade"), figure(degree.mean.value) if degree.mean else "", ()),
    )
    lines = [_line(words.label(label), value, in_unit) for label, value, in_unit in facts if value]
    if degree.mean:
        lines.append(blocks.both(words.text(degree.mean.method), (NOTE,), INNER, MarkRole.NOTE))
    return blocks.padded(blocks.stack(lines, gap=2), left=INSET, top=5, right=INSET, bottom=7)


def _met(degree: TranscriptDegree) -> Iterator[_DegreeFact]:
    """Since when the requirements are met: on a day, by a day at the latest, or on a day that nothing kept tells."""
    if not degree.met:
        return
    met = degree.requirements_met
    if met is None:
        yield Message("Requirements met on a day that is not known"), "–", ()
    elif met.or_earlier:
        yield Message("Requirements met no later than"), met.on.isoformat(), ()
    else:
        yield Message("Requirements met on"), met.on.isoformat(), ()


def _parts(degree: TranscriptDegree) -> Iterator[_DegreeFact]:
    """The two lines above the total, which add up to it."""
    if degree.taken is not None and degree.recognised is not None:
        yield Message("Counted of courses taken here"), figure(degree.taken.credits), ()
        yield Message("Counted of recognised courses"), figure(degree.recognised.credits), ()


def _day(day: dt.date | None) -> str:
    """In digits, which both languages read alike."""
    return day.isoformat() if day else ""


def _line(label: Pair, value: str, unit: Pair) -> Block:
    """A label and its value on one line, with the unit beneath the value."""
    left = blocks.padded(blocks.inline(label, LABEL, LABELLED * INNER, MarkRole.LABEL), top=LEVEL)
    right = [blocks.text(value, VALUE, (1 - LABELLED) * INNER, MarkRole.VALUE, align=Align.RIGHT)]
    if unit:
        right.append(blocks.inline(unit, NOTE, (1 - LABELLED) * INNER, MarkRole.NOTE, align=Align.RIGHT))
    return blocks.beside((left, blocks.stack(right)))
