"""How does the document end? The end line, a panel for each institution's signer, the QR code and the code to type."""

from collections.abc import Iterator

from dualdegree.core.text import Message
from dualdegree.core.transcript import Issue, Signer, Transcript
from dualdegree.transcript.formats.pdf.drawing import blocks, qr
from dualdegree.transcript.formats.pdf.drawing.blocks import Align, Block
from dualdegree.transcript.formats.pdf.drawing.flow import FlowPiece
from dualdegree.transcript.formats.pdf.drawing.marks import MarkRole, RuledLine, Run
from dualdegree.transcript.formats.pdf.drawing.styles import (
    CODE,
    FOOT,
    GOLD,
    HEADING,
    LABEL,
    LINE,
    MM,
    NOTE,
    STRONG,
    VALUE,
    WIDTH,
)
from dualdegree.transcript.formats.words import DocumentWords

QR_SIDE = 28 * MM
CHECK = 116.0
GUTTER = 12.0
INSET = 9.0
SEAL = 30.0
"""Room for a stamp or a hand."""


def closing(transcript: Transcript, words: DocumentWords) -> Iterator[FlowPiece]:
    """The end line, then what certifies an official document; nothing certifies an unofficial one."""
    yield FlowPiece(block=_end(words), before=16, keep=True)
    if not transcript.official:
        remark = words.label(Message("This document is for information only and proves nothing."))
        yield FlowPiece(block=blocks.both(remark, (NOTE,), WIDTH, MarkRole.NOTE, align=Align.CENTRE), before=8)
        return
    room = (WIDTH - CHECK - 2 * GUTTER) / 2
    panels = [_panel(transcript, signer, words, room) for signer in transcript.issue.signers]
    framed = blocks.level(panels, outline=LINE)
    yield FlowPiece(block=blocks.beside((*framed, _check(transcript.issue, words)), gap=GUTTER), before=12)


def _end(words: DocumentWords) -> Block:
    """The line after which nothing may be added."""
    label = blocks.inline(words.label(Message("End of transcript")), HEADING, WIDTH, MarkRole.NOTE, align=Align.CENTRE)
    runs = [mark for mark in label.marks if isinstance(mark, Run)]
    left = min(mark.x for mark in runs) - 14
    y = label.height / 2
    rules = (
        RuledLine(x=0, y=y, to_x=left, to_y=y, colour=GOLD, thickness=0.7),
        RuledLine(x=WIDTH - left, y=y, to_x=WIDTH, to_y=y, colour=GOLD, thickness=0.7),
    )
    return Block(width=WIDTH, height=label.height, marks=(*label.marks, *rules))


def _panel(transcript: Transcript, signer: Signer, words: DocumentWords, room: float) -> Block:
    inner = room - 2 * INSET
    institution = transcript.content.institution(signer.institution)
    name = blocks.both(words.text(institution.name), (STRONG, NOTE), inner, MarkRole.HEADING)
    rule = RuledLine(x=0, y=SEAL, to_x=inner, to_y=SEAL, colour=LINE)
    seal = Block(width=inner, height=SEAL + 4, marks=(rule,))
    label = Message("Certified on") if transcript.is_interim else Message("Signed off on")
    return blocks.padded(
        blocks.stack((name, seal, *_signed(signer, words, inner, label))),
        left=INSET,
        top=INSET,
        right=INSET,
        bottom=INSET,
    )


def _signed(signer: Signer, words: DocumentWords, room: float, label: Message) -> Iterator[Block]:
    yield blocks.text(signer.name, VALUE, room, MarkRole.VALUE)
    yield blocks.both(words.text(signer.office), (NOTE,), room, MarkRole.VALUE)
    yield blocks.space(4)
    yield blocks.inline(words.label(label), LABEL, room, MarkRole.LABEL)
    yield blocks.text(signer.signed_on.isoformat(), NOTE, room, MarkRole.VALUE)
    if signer.certificate:
        yield blocks.space(3)
        yield blocks.inline(words.label(Message("Fingerprint of the certificate")), LABEL, room, MarkRole.LABEL)
        yield blocks.text(signer.certificate, FOOT, room, MarkRole.VALUE)


def _check(issue: Issue, words: DocumentWords) -> Block:
    """What a person needs to check the document: the QR code and the code to type; each foot has the address."""
    square = qr.square(issue.verify_url or "", QR_SIDE)
    code = blocks.text(issue.code or "", CODE, CHECK, MarkRole.VALUE, align=Align.CENTRE, most=1)
    label = blocks.inline(words.label(Message("Verification code")), LABEL, CHECK, MarkRole.LABEL, align=Align.CENTRE)
    return blocks.stack((blocks.padded(square, left=(CHECK - QR_SIDE) / 2), label, code), gap=1.5)
