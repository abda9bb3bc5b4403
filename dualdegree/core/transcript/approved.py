"""Which names and titles lack an approved form in one of the document's two languages?

An official document prints approved forms only: nothing is translated, transliterated or taken from another language.
A holder without a Han name is printed in the passport's form; only a Chinese national's document in Chinese needs one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message, Text
from dualdegree.core.transcript.entries import RegisterEntry, TranscriptCourse
from dualdegree.core.transcript.value import Content, Transcript

HAN_NAMED = frozenset({"CN"})
"""Nationalities whose holders have a Han name in law, so that a document in Chinese without it would be wrong."""

LANGUAGE_NAMES = {"zh_Hans": Message("Chinese"), "en": Message("English"), "es": Message("Spanish")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One name or title, and the language in which nobody has approved a form of it."""

    what: Message
    language: str

    @property
    def message(self) -> Message:
        """What is missing, as one sentence."""
        names = {"what": self.what, "language": LANGUAGE_NAMES.get(self.language, self.language)}
        return Message("%(what)s has no approved form in %(language)s.", names)


class MissingForms(Refusal):
    """The document cannot be issued in these languages; ``missing`` names every name and title that is wanting."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = tuple(missing)
        super().__init__(
            Message(
                "The document is not issued: %(missing)s Enter and approve the missing forms first.",
                {"missing": tuple(item.message for item in missing)},
            )
        )


def missing_forms(transcript: Content | Transcript, languages: Sequence[str]) -> tuple[Missing, ...]:
    """Everything that a document in ``languages`` would have to print and cannot, each named once, in print order."""
    content = transcript.content if isinstance(transcript, Transcript) else transcript
    texts = [*_texts(content), *(_of_signers(transcript) if isinstance(transcript, Transcript) else ())]
    wanting = [
        Missing(what=what, language=language)
        for what, text in texts
        for language in languages
        if not text.get(language, "").strip()
    ]
    named = {(str(item.what), item.language): item for item in [*_han_name(content, languages), *wanting]}
    return tuple(named.values())


def require_forms(transcript: Content | Transcript, languages: Sequence[str]) -> None:
    """Raise ``MissingForms`` unless everything can be printed in both languages."""
    if missing := missing_forms(transcript, languages):
        raise MissingForms(missing)


def _han_name(content: Content, languages: Sequence[str]) -> Iterator[Missing]:
    wanted = "zh_Hans" in languages and content.holder.nationality in HAN_NAMED
    if wanted and not (content.holder.han_name or "").strip():
        yield Missing(what=Message("The holder's name"), language="zh_Hans")


def _texts(content: Content) -> Iterator[tuple[Message, Text]]:
    yield Message("The programme's title"), content.programme
    if content.is_joint:
        yield Message("The agreement's title"), content.agreement
    if content.equivalences is not None:
        yield Message("The title of the equivalences"), content.equivalences
    yield from _of_institutions(content)
    yield from _of_degrees(content)
    yield from _of_courses(content)
    yield from _of_legend(content)


def _of_institutions(content: Content) -> Iterator[tuple[Message, Text]]:
    for institution in content.institutions:
        where = {"institution": institution.id}
        yield Message("The name of %(institution)s", where), institution.name
        yield Message("The place of %(institution)s", where), institution.place
        yield Message("The office of the registrar of %(institution)s", where), institution.office
        yield Message("The credit unit of %(institution)s", where), institution.unit


def _of_degrees(content: Content) -> Iterator[tuple[Message, Text]]:
    for degree in content.degrees:
        where = {"institution": degree.institution}
        yield Message("The title of the degree of %(institution)s", where), degree.award
        if degree.mean is not None:
            yield Message("The method of the mean of %(institution)s", where), degree.mean.method


def _of_courses(content: Content) -> Iterator[tuple[Message, Text]]:
    listed: tuple[TranscriptCourse | RegisterEntry, ...] = (*content.courses, *content.register_entries)
    for course in listed:
        yield _title(course.code, course.institution), course.title
    for recognition in content.recognitions:
        yield Message("The decision on a recognition"), recognition.decision
        into = content.degree(recognition.degree).institution
        for part in recognition.sources:
            yield _title(part.code, content.partner(into).id), part.title
        for part in recognition.targets:
            yield _title(part.code, into), part.title


def _title(code: str, institution: str) -> Message:
    return Message("The title of the course %(code)s of %(institution)s", {"code": code, "institution": institution})


def _of_legend(content: Content) -> Iterator[tuple[Message, Text]]:
    for scale in content.scales:
        where = {"institution": scale.institution}
        yield Message("The name of the grade scale of %(institution)s", where), scale.name
        for step in scale.steps:
            labelled = {"label": step.label, **where}
            yield Message("The meaning of the grade %(label)s of %(institution)s", labelled), step.meaning
        if scale.distribution_of is not None:
            yield Message("The reference group of the grades of %(institution)s", where), scale.distribution_of
    for number, text in enumerate(content.credit_legend, start=1):
        yield Message("Sentence %(number)s on credits", {"number": number}), text


def _of_signers(transcript: Transcript) -> Iterator[tuple[Message, Text]]:
    for signer in transcript.issue.signers:
        yield Message("The office of the signer %(signer)s", {"signer": signer.name}), signer.office
