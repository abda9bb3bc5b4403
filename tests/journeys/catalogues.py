"""Are the translations compiled? ``make`` does it; tests that are started by bare ``pytest`` do it here."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import config
from dualdegree import catalogues


def compiled():
    """Compile every catalogue whose compiled form is missing or older than its source."""
    for source in sorted(config.TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)
    # Whoever asked for a catalogue before it was there must ask again.
    catalogues._catalogue.cache_clear()


def _compile(source: Path, target: Path) -> None:
    # Written beside the target and put in its place at once: other workers read and write the same file.
    draft = target.with_suffix(f".{os.getpid()}")
    with source.open("rb") as words, draft.open("wb") as out:
        write_mo(out, read_po(words, locale=source.parts[-3]))
    draft.replace(target)
