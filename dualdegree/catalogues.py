"""How is a message said in a language of its own choosing, away from any page? For documents, mail and files."""

from collections.abc import Mapping
from functools import lru_cache

from babel.support import NullTranslations, Translations
from flask import current_app

from dualdegree.core.text import LANGUAGES, Message, Text


def translate(language: str, message: Message) -> str:
    """The message in ``language`` (a CLDR locale id); parameters that are messages are said in it too."""
    words: str = _catalogue(current_app.config["BABEL_TRANSLATION_DIRECTORIES"], language).gettext(message.id)
    return words % {key: _said(language, value) for key, value in message.params.items()} if message.params else words


def in_every_language(message: Message) -> Text:
    """The message as a text in all languages of documents, for values that keep their own words."""
    return {language: translate(language, message) for language in LANGUAGES}


def _said(language: str, value: object) -> object:
    match value:
        case Message():
            return translate(language, value)
        case Mapping():
            return value.get(language, "")
        case tuple():
            return ("、" if language.startswith("zh") else ", ").join(str(_said(language, part)) for part in value)
        case _:
            return value


@lru_cache(maxsize=8)
def _catalogue(folder: str, language: str) -> NullTranslations:
    return Translations.load(folder, [language])
