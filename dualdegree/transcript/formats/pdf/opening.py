"""How does the document open? Both emblems' places, both names, the title and the programme, each in both languages."""

from collections.abc import Iterator
from dataclasses import replace

from dualdegree.core.text import Message
from dualdegree.core.transcript import Transcript, TranscriptInstitution
from dualdegree.transcript.formats.pdf.drawing import blocks
from dualdegree.transcript.formats.pdf.drawing.blocks import Align, Block
from dualdegree.transcript.formats.pdf.drawing.flow import FlowPiece
from dualdegree.transcript.formats.pdf.drawing.marks import MarkRole, Ring, RuledLine
from dualdegree.transcript.formats.pdf.drawing.styles import FOOT, GOLD, ISSUER, NOTE, SUBTITLE, TITLE, WIDTH, TextStyle
from dualdegree.transcript.formats.words import DocumentWords, Pair

EMBLEM = 56.0
GAP = 14.0
HALF = (WIDTH - 2 * EMBLEM - 3 * GAP) / 2


OF_ONE = Message("It certifies the courses taken at this institution so far. It certifies no degree.")


def opening(transcript: Transcript, words: DocumentWords) -> Iterator[FlowPiece]:
    """The head of the first page."""
    content = transcript.content
    room = HALF if content.is_joint else 2 * HALF + GAP
    names = [_issuer(institution, words, room) for institution in content.institutions]
    emblem = _emblem(words)
    # The name of one institution alone stands in the middle all the same.
    other = emblem if content.is_joint else Block(width=EMBLEM, height=EMBLEM, marks=())
    sides = (emblem, *names, other)
    yield FlowPiece(block=blocks.beside(sides, gap=GAP, middle=True))
    rule = RuledLine(x=0, y=0, to_x=WIDTH, to_y=0, colour=GOLD, thickness=1.1)
    yield FlowPiece(block=Block(width=WIDTH, height=1, marks=(rule,)), before=10)
    yield FlowPiece(block=_centred(words.label(title_of(transcript)), TITLE, MarkRole.TITLE), before=12)
    yield FlowPiece(block=_centred(words.text(content.programme), SUBTITLE, MarkRole.HEADING), before=5)
    if not content.is_joint:
        yield FlowPiece(block=_note(words.label(OF_ONE)), before=3)
        return
    if content.agreement != content.programme:
        yield FlowPiece(block=_note(words.text(content.agreement)), before=3)
    version = {"version": content.agreement_version}
    yield FlowPiece(
        block=_note(words.label(Message("Agreement of both universities, version %(version)s", version))), before=3
    )


def title_of(transcript: Transcript) -> Message:
    """What the document calls itself."""
    if transcript.is_interim:
        return Message("Interim transcript of records")
    return Message("Joint transcript of records") if transcript.official else Message("Unofficial transcript")


def _centred(pair: Pair, styles: tuple[TextStyle, ...], role: MarkRole) -> Block:
    return blocks.both(pair, styles, WIDTH, role, align=Align.CENTRE)


def _note(pair: Pair) -> Block:
    return blocks.inline(pair, NOTE, WIDTH, MarkRole.NOTE, align=Align.CENTRE)


def _issuer(institution: TranscriptInstitution, words: DocumentWords, room: float) -> Block:
    name = blocks.both(words.text(institution.name), ISSUER, room, MarkRole.HEADING, align=Align.CENTRE)
    place = blocks.inline(words.text(institution.place), NOTE, room, MarkRole.NOTE, align=Align.CENTRE)
    return blocks.stack((name, place), gap=2)


def _emblem(words: DocumentWords) -> Block:
    """A place for an emblem: real crests and seals are never shipped with this program."""
    radius = EMBLEM / 2
    rings = tuple(Ring(x=radius, y=radius, radius=radius - inset, colour=GOLD) for inset in (0.5, 3.5))
    label = blocks.both(words.label(Message("Emblem")), (FOOT,), EMBLEM - 16, MarkRole.ARTIFACT, align=Align.CENTRE)
    marks = label.at(8, radius - label.height / 2)
    return Block(
        width=EMBLEM, height=EMBLEM, marks=(*rings, *(replace(mark, role=MarkRole.ARTIFACT) for mark in marks))
    )
