"""In which language does this reader read, and how are words, dates and figures said in it?"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_request_context, request
from flask.sansio.app import App
from flask_babel import Babel, get_locale, get_translations
from markupsafe import Markup, escape

from dualdegree import writing
from dualdegree.core import terms
from dualdegree.core.credit import PLAIN_DECIMAL
from dualdegree.core.credit import figure as plain_figure
from dualdegree.core.days import day_in
from dualdegree.core.text import InstitutionName, Text, text_key
from dualdegree.core.text import say as plain_text
from dualdegree.web import access, downloads

COOKIE = "language"
"""The cookie that keeps what this browser's reader chose."""

ZONES = "dualdegree-zones"
"""Where an application keeps who says in which zone an institution is."""

NAMES = "dualdegree-names"
"""Where an application keeps who knows what institutions are called."""

FORMS = "dualdegree-forms"
"""Where an application keeps who knows the approved forms of titles in further languages."""

FormsReader = Callable[[], Mapping[tuple[str, str], Text]]
ZoneReader = Callable[[str], dt.tzinfo]
NamesReader = Callable[[], Mapping[str, Text]]
babel = Babel()


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language as a reader of pages needs it: how ``core.text.LANGUAGES`` writes it, and its words."""

    name: str
    catalogue: NullTranslations


def init_app(app: Flask) -> None:
    """Plug the languages in: the reader's choice, and words, dates and figures for templates."""
    babel.init_app(app, locale_selector=choose)
    environment = app.jinja_env
    # Jinja would copy its context for each word in a loop, and Flask-Babel look the catalogue up anew.
    environment.globals.update(_=_words, gettext=_words, ngettext=_words_for)
    environment.filters.update(say=say, figure=figure, day=day, moment=moment, term=term, language_name=language_name)
    environment.filters.update(country_name=country_name, institution_name=institution_name, typed_figure=typed_figure)
    environment.globals.update(languages=languages, language=language, html_lang=html_lang)


def read_zones_with(app: App, reader: ZoneReader) -> None:
    """Let ``reader`` say in which zone an institution is: how its profile, which ``web`` cannot know, comes in."""
    app.extensions[ZONES] = reader


def read_names_with(app: App, reader: NamesReader) -> None:
    """Let ``reader`` say what every institution is called, by its id: they stand where ``web`` cannot look."""
    app.extensions[NAMES] = reader


def read_forms_with(app: App, reader: FormsReader) -> None:
    """Let ``reader`` say what has been approved of titles in languages that the stored texts lack."""
    app.extensions[FORMS] = reader


def languages() -> Mapping[str, str]:
    """The languages of the pages, each under its locale with its own name for itself."""
    offered: Mapping[str, str] = current_app.config["LANGUAGES"]
    return offered


def language_name(code: str) -> str:
    """A language in the reader's words, wherever it is not a choice of theirs; the code itself where it has none."""
    return writing.language_name(code, language())


def country_name(code: str) -> str:
    """A country in the reader's words; the code itself where they have none."""
    return writing.country(code, language())


def institution_name(id_: str | None) -> str:
    """An institution in the reader's words, wherever a page has no more than its id."""
    return say(InstitutionName(id_)) if id_ else ""


def choose() -> str | None:
    """The reader's locale: chosen in this browser, else in the account, else what the browser prefers."""
    if not has_request_context():
        return None
    actor = access.actor()
    for chosen in (request.cookies.get(COOKIE), actor.locale if actor else None):
        if chosen in languages():
            return chosen
    return preferred([tag for tag, _quality in request.accept_languages])


def preferred(tags: list[str]) -> str | None:
    """The first offered locale among a browser's language tags: any ``zh`` finds ``zh_Hans``."""
    by_language = {locale.partition("_")[0]: locale for locale in languages()}
    locales = (by_language.get(tag.replace("_", "-").partition("-")[0].lower()) for tag in tags)
    return next((locale for locale in locales if locale), None)


def language() -> str:
    """The locale of this reader, as ``core.text.LANGUAGES`` writes it."""
    return _tongue().name


def html_lang(locale: str | None = None) -> str:
    """A locale, or this reader's, as HTML's ``lang`` writes it."""
    return (locale or language()).replace("_", "-")


def say(value: object) -> str:
    """Say anything of the core in the reader's language: messages, texts, figures, dates, several of them."""
    tongue = _tongue()
    return writing.said(value, tongue.name, tongue.catalogue.gettext, text_of=_text_of, zone=_zone(), name_of=_name_of)


def _text_of(text: Text, language: str) -> str:
    """The text, or an approved form of it where it lacks the language; these are looked up once a page, if at all."""
    if language in text or not text or not has_request_context() or FORMS not in current_app.extensions:
        return plain_text(text, language)
    if "approved_forms" not in g:
        reader: FormsReader = current_app.extensions[FORMS]
        g.approved_forms = {key: form for (_institution, key), form in reader().items()}
    form: Text = g.approved_forms.get(text_key(text), {})
    return form.get(language) or plain_text(text, language)


def figure(value: Decimal | int) -> str:
    """A number as the reader writes it, with every decimal it has and no others: credits and grades are exact.

    In a file, where programs read it, with a point whatever the language.
    """
    if downloads.asked():
        return plain_figure(Decimal(value))
    return writing.number(value, language())


def typed_figure(written: str) -> str:
    """A figure as a field shows it, with the reader's decimal mark; whatever is no figure as it is."""
    return written.replace(".", writing.decimal_mark(language())) if PLAIN_DECIMAL.fullmatch(written) else written


def day(value: dt.date) -> str:
    """A date in words: 23 November 2026, 2026年11月23日."""
    return writing.day(value, language())


def term(value: str) -> str:
    """A term in words, with its academic year."""
    return say(terms.in_words(value))


def moment(value: dt.datetime) -> Markup:
    """A moment on the clocks of the reader's institution, as its days are, with their distance from UTC."""
    words = writing.moment(value, language(), _zone())
    return Markup('<time datetime="%s">%s</time>') % (value.isoformat(timespec="seconds"), words)


def today(at: dt.datetime) -> dt.date:
    """Which day it is for the reader: by the calendar of the institution that they act for."""
    return day_in(at, _zone())


def _zone() -> dt.tzinfo:
    """The zone of the institution that the reader acts for, looked up once a page; UTC for the public."""
    actor = access.actor() if has_request_context() else None
    if actor is None or actor.institution is None or ZONES not in current_app.extensions:
        return dt.UTC
    if "zone" not in g:
        reader: ZoneReader = current_app.extensions[ZONES]
        g.zone = reader(actor.institution)
    zone: dt.tzinfo = g.zone
    return zone


def _name_of(institution: str) -> Text | None:
    """What the institution is called; all of them are looked up at once, when a page first names one by its id."""
    if NAMES not in current_app.extensions:
        return None
    if "institution_names" not in g:
        reader: NamesReader = current_app.extensions[NAMES]
        g.institution_names = reader()
    names: Mapping[str, Text] = g.institution_names
    return names.get(institution)


def _words(words: str, /, **values: object) -> Markup:
    said = _said(_tongue().catalogue, words)
    return _filled(said, values) if values or "%" in said else said


@lru_cache(maxsize=8192)
def _said(catalogue: NullTranslations, words: str) -> Markup:
    """The same words in the language of a catalogue, which Flask-Babel keeps as long as it runs."""
    return Markup(catalogue.gettext(words))  # noqa: S704 - from our own catalogues


def _words_for(singular: str, plural: str, number: int, /, **values: object) -> Markup:
    return _filled(_tongue().catalogue.ngettext(singular, plural, number), {"num": number, **values})


def _filled(words: str, values: Mapping[str, object]) -> Markup:
    """Words with values in their places, each of which is escaped; in half the time that ``Markup`` takes for it."""
    safe = {name: value if isinstance(value, int | Markup) else escape(value) for name, value in values.items()}
    # Some values are markup themselves: a blank beside a tag stays, as it does beside a letter.
    return Markup(writing.closed_up(str.__mod__(words, safe)))  # noqa: S704 - our own catalogues, safe values


def _tongue() -> Tongue:
    """What the reader speaks, found out once a page: a page says hundreds of words."""
    try:
        # Not through the proxy, which looks for the page's own each time that it is asked for anything.
        here = g._get_current_object()  # noqa: SLF001
        kept: Tongue | None = here._flask_babel.babel_translations  # noqa: SLF001 - where ``force_locale`` clears it
    except (AttributeError, RuntimeError):
        kept = None
    if kept is not None:
        return kept
    tongue = Tongue(str(get_locale() or Locale("en")), get_translations())
    if g:
        g._flask_babel.babel_translations = tongue  # noqa: SLF001
    return tongue
