"""In which language does this reader read, and how are words, dates and figures said in it?"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from babel import Locale, dates, numbers
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations
from markupsafe import Markup

from dualdegree.core import text
from dualdegree.core.text import Message
from dualdegree.web import access

COOKIE = "language"
"""The cookie that keeps what this browser's reader chose."""

DATES = {"en": "en_GB"}
"""Where dates are written otherwise than the language says: neither university is in North America."""

babel = Babel()


def init_app(app: Flask) -> None:
    """Plug the languages in: the reader's choice, and words, dates and figures for templates."""
    babel.init_app(app, locale_selector=choose)
    environment = app.jinja_env
    # Flask-Babel looks the catalogue up for each word; a page has hundreds of them.
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda words: _catalogue().gettext(words),
        ngettext=lambda one, many, count: _catalogue().ngettext(one, many, count),
        pgettext=lambda context, words: _catalogue().pgettext(context, words),
        npgettext=lambda context, one, many, count: _catalogue().npgettext(context, one, many, count),
        newstyle=True,
    )
    environment.filters.update(say=say, figure=figure, day=day, moment=moment, language_name=language_name)
    environment.globals.update(languages=languages, language=language, html_lang=html_lang)


def languages() -> Mapping[str, str]:
    """The languages of the pages, each under its locale with its own name for itself."""
    offered: Mapping[str, str] = current_app.config["LANGUAGES"]
    return offered


def language_name(code: str) -> str:
    """A language in the reader's words, wherever it is not a choice of theirs; the code itself where it has none."""
    return str((get_locale() or Locale("en")).languages.get(code, code))


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
    found = (by_language.get(tag.replace("_", "-").partition("-")[0].lower()) for tag in tags)
    return next((locale for locale in found if locale), None)


def language() -> str:
    """The locale of this reader, as ``core.text.LANGUAGES`` writes it."""
    return str(get_locale() or Locale("en"))


def html_lang(locale: str | None = None) -> str:
    """A locale, or this reader's, as HTML's ``lang`` writes it."""
    return (locale or language()).replace("_", "-")


def say(value: object) -> str:
    """Say anything of the core in the reader's language: messages, texts, figures, dates, several of them."""
    match value:
        case Message():
            words: str = _catalogue().gettext(value.id)
            return words % {name: say(part) for name, part in value.params.items()} if value.params else words
        case Mapping():
            return text.say(value, language())
        case Decimal():
            return figure(value)
        case dt.datetime():
            return _moment(value)
        case dt.date():
            return day(value)
        case tuple() | list():
            return ("、" if language().startswith("zh") else ", ").join(say(part) for part in value)
        case _:
            return str(value)


def figure(value: Decimal | int) -> str:
    """A number as the reader writes it, with every decimal it has and no others: credits and grades are exact."""
    return numbers.format_decimal(value, locale=get_locale(), decimal_quantization=False)


def day(value: dt.date) -> str:
    """A date in words: 23 November 2026, 2026年11月23日."""
    return dates.format_date(value, "long", locale=_dates())


def moment(value: dt.datetime) -> Markup:
    """A moment, which names its time zone: the readers of one page sit seven hours apart."""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(timespec="seconds"), _moment(value))


def _moment(value: dt.datetime) -> str:
    locale = _dates()
    date = dates.format_date(value.astimezone(dt.UTC), "medium", locale=locale)
    time = dates.format_time(value, "short", tzinfo=dt.UTC, locale=locale)
    return f"{locale.datetime_formats['medium'].format(time, date)} UTC"


def _dates() -> Locale:
    return Locale.parse(DATES.get(language(), language()))


def _catalogue() -> NullTranslations:
    # Flask-Babel keeps the catalogue of the request here, and force_locale clears it.
    catalogue: NullTranslations = g.get("babel_translations") or get_translations()
    return catalogue
