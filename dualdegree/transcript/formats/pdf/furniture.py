"""What stands on every page? The foot with serial, holder and address; what the document is not, in every language."""

from collections.abc import Iterator, Sequence

from dualdegree.core.text import LANGUAGES, Message
from dualdegree.core.transcript import Transcript
from dualdegree.transcript.formats.pdf.drawing import blocks, measure
from dualdegree.transcript.formats.pdf.drawing.blocks import Align
from dualdegree.transcript.formats.pdf.drawing.flow import Page
from dualdegree.transcript.formats.pdf.drawing.marks import Mark, MarkRole, RuledLine, Run
from dualdegree.transcript.formats.pdf.drawing.styles import (
    BOTTOM,
    FOOT,
    GHOSTLY,
    GOLD,
    NAVY,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SIDE,
    STRIP,
    WIDTH,
)
from dualdegree.transcript.formats.words import DocumentWords, Said

SLANT = 38.0
FOOT_TOP = PAGE_HEIGHT - BOTTOM + 16
STRIP_TOP = 22.0


def furnished(pages: Sequence[Page], transcript: Transcript, words: DocumentWords) -> tuple[Page, ...]:
    """Every page with its marks behind the text, its foot, and the number of pages that are now known."""
    warnings = _warnings(transcript, words)
    behind = tuple(_behind(warnings))
    strip = tuple(_strip(warnings))
    feet = (_foot(transcript, words, number, len(pages)) for number in range(1, len(pages) + 1))
    return tuple((*behind, *strip, *page, *foot) for page, foot in zip(pages, feet, strict=True))


def _warnings(transcript: Transcript, words: DocumentWords) -> tuple[tuple[Said, ...], ...]:
    """In all the languages, whichever two the document has: whoever finds it must understand it."""
    messages = []
    if transcript.specimen:
        messages.append(Message("SPECIMEN"))
    if not transcript.official:
        messages.append(Message("UNOFFICIAL"))
    return tuple(
        tuple(Said(words.translate(language, message), language) for language in LANGUAGES) for message in messages
    )


def _behind(warnings: Sequence[tuple[Said, ...]]) -> Iterator[Mark]:
    """Large and slanted behind the text, spread evenly over the page."""
    phrases = [said for warning in warnings for said in warning]
    for number, said in enumerate(phrases, start=1):
        text = measure.clean(said.text)
        y = PAGE_HEIGHT * number / (len(phrases) + 1)
        yield Run(
            x=PAGE_WIDTH / 2,
            y=y + 20,
            text=text,
            style=GHOSTLY,
            role=MarkRole.ARTIFACT,
            language=said.language,
            angle=SLANT,
        )


def _strip(warnings: Sequence[tuple[Said, ...]]) -> Iterator[Mark]:
    """In small plain type at the head of the page, where a reader sees it and a search finds it."""
    if warnings:
        phrases = tuple(said for warning in warnings for said in warning)
        yield from blocks.inline(phrases, STRIP, WIDTH, MarkRole.NOTE, align=Align.CENTRE).at(SIDE, STRIP_TOP)


def _foot(transcript: Transcript, words: DocumentWords, number: int, pages: int) -> tuple[Mark, ...]:
    rule = RuledLine(x=SIDE, y=FOOT_TOP, to_x=SIDE + WIDTH, to_y=FOOT_TOP, colour=GOLD, thickness=0.7)
    serial = transcript.issue.serial
    left = [*_joined(words.label(Message("Serial number"))), serial] if serial else _joined(_kind(words))
    address = transcript.issue.verify_url
    below = [*_joined(words.label(Message("Verify at"))), address] if address else []
    first = (
        blocks.text("  ".join(left), FOOT, 0.36 * WIDTH, MarkRole.ARTIFACT, most=1),
        blocks.text(_holder(transcript), FOOT, 0.5 * WIDTH, MarkRole.ARTIFACT, align=Align.CENTRE, most=2),
        blocks.text(
            f"{number} / {pages}", FOOT.coloured(NAVY), 0.14 * WIDTH, MarkRole.ARTIFACT, align=Align.RIGHT, most=1
        ),
    )
    line = blocks.beside(first)
    under = blocks.text("  ".join(below), FOOT, WIDTH, MarkRole.ARTIFACT, align=Align.CENTRE, most=1)
    return (rule, *blocks.stack((line, under), gap=1.5).at(SIDE, FOOT_TOP + 4))


def _kind(words: DocumentWords) -> tuple[Said, ...]:
    return words.label(Message("Unofficial transcript"))


def _joined(pair: Sequence[Said]) -> list[str]:
    return [" ".join(said.text for said in pair)]


def _holder(transcript: Transcript) -> str:
    holder = transcript.content.holder
    return "  ".join(filter(None, (holder.han_name, f"{holder.family_name}, {holder.given_names}")))
