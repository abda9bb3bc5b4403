"""How is a message said in a language of its own choosing, away from any page? For documents, mail and files."""

from collections.abc import Callable
from functools import lru_cache

from babel.support import NullTranslations, Translations
from flask import current_app

from dualdegree.core.text import LANGUAGES, Message, Text
from dualdegree.writing import said


def translate(language: str, message: Message) -> str:
    """The message in ``language`` (a CLDR locale id); a text among its parameters never stands in another language."""
    return said(message, language, _gettext(language), text_of=lambda text, language: text.get(language, ""))


def in_words(language: str, message: Message) -> str:
    """The message for somebody who reads ``language``: a text that lacks it is said in another one."""
    return said(message, language, _gettext(language))


def anything(language: str, value: object) -> str:
    """The same of whatever can be said: messages, texts, figures, days, several of them."""
    return said(value, language, _gettext(language))


def in_every_language(message: Message) -> Text:
    """The message as a text in all languages of documents, for values that keep their own words."""
    return {language: translate(language, message) for language in LANGUAGES}


def _gettext(language: str) -> Callable[[str], str]:
    words: Callable[[str], str] = _catalogue(current_app.config["BABEL_TRANSLATION_DIRECTORIES"], language).gettext
    return words


@lru_cache(maxsize=8)
def _catalogue(folder: str, language: str) -> NullTranslations:
    return Translations.load(folder, [language])
