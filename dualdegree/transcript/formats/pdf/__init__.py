"""How is a transcript printed? As a PDF file in two languages, every text measured against its place."""

from dualdegree.core.text import LANGUAGES
from dualdegree.core.transcript import Transcript, require_forms
from dualdegree.transcript.formats.pdf import closing, courses, facts, furniture, legend, opening, recognitions
from dualdegree.transcript.formats.pdf.drawing import flow, paint
from dualdegree.transcript.formats.pdf.drawing.faces import load
from dualdegree.transcript.formats.pdf.drawing.measure import DoesNotFit, NoGlyph
from dualdegree.transcript.formats.words import TAGS, DocumentWords, Translate

__all__ = ["DoesNotFit", "NoGlyph", "laid_out", "load", "render"]


def render(transcript: Transcript, languages: tuple[str, str], translate: Translate) -> bytes:
    """The PDF file; the same value gives the same bytes.

    Raises ``MissingForms`` for an official document with a name or title that lacks a form in one of ``languages``,
    ``NoGlyph`` for a character that no typeface has, ``DoesNotFit`` for a text too long for its place, ``ValueError``
    for languages that are not the two of the document.
    """
    words = DocumentWords(languages=languages, translate=translate)
    return paint.paint(laid_out(transcript, words), _info(transcript, words))


def laid_out(transcript: Transcript, words: DocumentWords) -> tuple[flow.Page, ...]:
    """The marks of every page; raises as ``render`` does."""
    _require_languages(transcript, words.languages)
    if transcript.official:
        require_forms(transcript, words.languages)
    content = transcript.content
    pieces = (
        *opening.opening(transcript, words),
        *facts.holder(transcript, words),
        *facts.degrees(content, words),
        *courses.courses(content, words),
        *recognitions.recognitions(content, words),
        *recognitions.register_entries(content, words),
        *legend.legend(content, words),
        *closing.closing(transcript, words),
    )
    return furniture.furnished(flow.pages(pieces), transcript, words)


def _require_languages(transcript: Transcript, languages: tuple[str, ...]) -> None:
    if tuple(languages) != tuple(transcript.issue.languages) or not set(languages) <= set(LANGUAGES):
        raise ValueError(f"The document is in {transcript.issue.languages}, and cannot be printed in {languages}.")


def _info(transcript: Transcript, words: DocumentWords) -> paint.Info:
    title = opening.title_of(transcript)
    holder = transcript.content.holder
    issuers = (words.text(institution.name) for institution in transcript.content.institutions)
    return paint.Info(
        title=" / ".join(said.text for said in words.label(title)),
        author=", ".join(pair[0].text for pair in issuers),
        subject=transcript.issue.serial or f"{holder.family_name}, {holder.given_names}",
        language=TAGS[words.languages[0]],
        day=transcript.issue.issued_on,
    )
