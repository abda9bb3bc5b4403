"""What does a document print of a title that its institution approved in a further language, beside the stored text?

The stored text always holds; an approved form is taken for a language that it lacks, and only for that very text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dualdegree.core.text import Text, text_key
from dualdegree.core.transcript.entries import PrintedRecognition, RecognitionPart, TranscriptInstitution
from dualdegree.core.transcript.value import Content

Forms = Mapping[tuple[str, str], Text]
"""Approved forms by the institution and the key of the text that they complete (of none at all: what it is)."""


def with_forms(text: Text, institutions: Iterable[str], forms: Forms, what: str = "") -> Text:
    """The text with what these institutions approved of it in further languages; ``what``: see ``Forms``."""
    key = text_key(text) if text else what
    added: dict[str, str] = {}
    for institution in institutions:
        added = {**forms.get((institution, key), {}), **added}
    return {**added, **text} if added else text


def completed(content: Content, forms: Forms) -> Content:
    """The content as documents print it, with every approved form."""
    if not forms:
        return content
    both = [institution.id for institution in content.institutions]
    return replace(
        content,
        programme=with_forms(content.programme, both, forms),
        agreement=with_forms(content.agreement, both, forms),
        equivalences=with_forms(content.equivalences, both, forms) if content.equivalences else content.equivalences,
        institutions=tuple(_institution(institution, forms) for institution in content.institutions),
        degrees=tuple(
            replace(degree, award=with_forms(degree.award, [degree.institution], forms)) for degree in content.degrees
        ),
        courses=tuple(
            replace(course, title=with_forms(course.title, [course.institution], forms)) for course in content.courses
        ),
        register_entries=tuple(
            replace(entry, title=with_forms(entry.title, [entry.institution], forms))
            for entry in content.register_entries
        ),
        recognitions=tuple(_recognition(recognition, content, forms) for recognition in content.recognitions),
    )


def _institution(institution: TranscriptInstitution, forms: Forms) -> TranscriptInstitution:
    here = [institution.id]
    return replace(
        institution,
        name=with_forms(institution.name, here, forms, "name"),
        place=with_forms(institution.place, here, forms, "place"),
        office=with_forms(institution.office, here, forms, "office"),
        unit=with_forms(institution.unit, here, forms, "unit"),
    )


def _recognition(recognition: PrintedRecognition, content: Content, forms: Forms) -> PrintedRecognition:
    into = content.degree(recognition.degree).institution
    origin = content.partner(into).id
    return replace(
        recognition,
        sources=tuple(_part(part, origin, forms) for part in recognition.sources),
        targets=tuple(_part(part, into, forms) for part in recognition.targets),
    )


def _part(part: RecognitionPart, institution: str, forms: Forms) -> RecognitionPart:
    return replace(part, title=with_forms(part.title, [institution], forms))
