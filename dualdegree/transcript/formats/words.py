"""How does a document say a thing in its two languages, whatever the language of the page that asked for it?"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from babel import Locale

from dualdegree import writing
from dualdegree.core.text import Message, Text

Translate = Callable[[str, Message], str]
"""The catalogue: a language and a message give the words. Injected by the service, so that no request is needed."""

LOCALES = {"zh_Hans": Locale("zh", script="Hans"), "en": Locale("en", "GB"), "es": Locale("es", "ES")}
"""Where the names of countries come from."""

TAGS = {"zh_Hans": "zh-Hans", "en": "en", "es": "es"}
"""The languages as BCP 47 tags, as PDF and XML want them."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words in one language."""

    text: str
    language: str


Pair = tuple[Said, ...]
"""A thing said in both languages, or once where both say it alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWords:
    """The two languages of one document, in the order in which they are printed."""

    languages: tuple[str, ...]
    translate: Translate

    def label(self, message: Message) -> Pair:
        """A label of the form itself."""
        return self._pair(self.translate(language, message) for language in self.languages)

    def text(self, text: Text) -> Pair:
        """A text of the record. A form that nobody approved is said to be missing, never replaced.

        Only unofficial documents come so far: an official one is refused before (``core.transcript.require_forms``).
        """
        return self._pair(
            text.get(language, "").strip() or self.translate(language, Message("[no approved form]"))
            for language in self.languages
        )

    def date(self, day: dt.date) -> Pair:
        """A date, written out."""
        return self._pair(writing.day(day, language) for language in self.languages)

    def country(self, code: str) -> Pair:
        """A country's name by its ISO 3166-1 code; the code itself where CLDR knows no name."""
        return self._pair(LOCALES[language].territories.get(code, code) for language in self.languages)

    def _pair(self, forms: Iterable[str]) -> Pair:
        first, second = (Said(form, language) for form, language in zip(forms, self.languages, strict=True))
        return (first,) if first.text == second.text else (first, second)
