"""Every text in every language: nothing missing, nothing fuzzy, the same placeholders."""

import importlib
import io
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import config
import dualdegree
from dualdegree.core.refusal import Refusal
from translations import extract

LANGUAGES = [language for language in config.LANGUAGES if language != "en"]
PLACES = re.compile(r"%(?:\(\w+\))?[sd]")


def catalogue(language):
    path = config.TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


@pytest.fixture(scope="module")
def texts_in_the_code():
    return {first(message) for message in extract.catalogue() if message.id}


def first(message):
    return message.id if isinstance(message.id, str) else message.id[0]


def test_every_kind_of_refusal_is_looked_for():
    for module in pkgutil.walk_packages(dualdegree.__path__, "dualdegree."):
        if ".templates" not in module.name:
            importlib.import_module(module.name)
    kinds, seen = [Refusal], set()
    while kinds:
        kind = kinds.pop()
        if kind.__module__.startswith("dualdegree."):
            seen.add(kind.__name__)
        kinds += kind.__subclasses__()

    assert {name for name in seen if "__init__" not in vars(kind_of(name))} <= set(extract.REFUSALS)


def kind_of(name):
    kinds = [Refusal]
    while kinds:
        kind = kinds.pop()
        if kind.__name__ == name:
            return kind
        kinds += kind.__subclasses__()
    raise KeyError(name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language, texts_in_the_code):
    known = {
        first(message)
        for message in catalogue(language)
        if message.id and all(message.string if isinstance(message.string, tuple) else [message.string])
    }

    assert sorted(texts_in_the_code - known) == []


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
    known = {first(message) for message in catalogue(language) if message.id}

    assert sorted(known - texts_in_the_code) == []


def test_recognition_is_never_called_convalidacion():
    assert "onvalid" not in (config.TRANSLATIONS / "es" / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")


def test_the_catalogues_compile(tmp_path):
    for language in LANGUAGES:
        source = config.TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
        command = [str(Path(sys.executable).parent / "pybabel"), "-q", "compile", "-i", source, "-o", tmp_path / "x.mo"]
        assert subprocess.run([*command, "-l", language], check=False).returncode == 0
