"""Every text in every language: nothing missing, nothing fuzzy, the same placeholders."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import config

LANGUAGES = [language for language in config.LANGUAGES if language != "en"]
PLACES = re.compile(r"%(?:\(\w+\))?[sd]")
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "ngettext": (1, 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "Message": (1,),
}


def catalogue(language):
    path = config.TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


@pytest.fixture(scope="module")
def texts_in_the_code():
    found = extract_from_dir(
        config.ROOT / "dualdegree",
        [("**.py", "python"), ("**/templates/**.html", "jinja2")],
        keywords=KEYWORDS,
    )
    return {message if isinstance(message, str) else message[0]: f"{file}:{line}" for file, line, message, *_ in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language, texts_in_the_code):
    known = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue(language)
        if message.id and all(message.string if isinstance(message.string, tuple) else [message.string])
    }

    missing = {text: where for text, where in texts_in_the_code.items() if text and text not in known}

    assert missing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fuzzy(language):
    assert [message.id for message in catalogue(language) if message.fuzzy and message.id] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language):
    wrong = []
    for message in catalogue(language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(PLACES.findall(ids[-1]))
        # A singular may leave its number out; anything else must stand in every form.
        wrong += [
            string
            for string in strings
            if set(PLACES.findall(string)) - wanted or (len(ids) == 1 and set(PLACES.findall(string)) != wanted)
        ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_hold_nothing_that_the_code_no_longer_says(language, texts_in_the_code):
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue(language)}

    assert known - set(texts_in_the_code) - {""} == set()


def test_recognition_is_never_called_convalidacion():
    assert "onvalid" not in (config.TRANSLATIONS / "es" / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")


def test_the_catalogues_compile(tmp_path):
    for language in LANGUAGES:
        source = config.TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
        command = [str(Path(sys.executable).parent / "pybabel"), "-q", "compile", "-i", source, "-o", tmp_path / "x.mo"]
        assert subprocess.run([*command, "-l", language], check=False).returncode == 0
