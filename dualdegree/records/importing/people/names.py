"""Do two registers mean the same name? Case, accents, blanks, hyphens and the order of its parts do not matter."""

import re
from collections.abc import Mapping
from typing import Any

from dualdegree.core.text import folded

BETWEEN = re.compile("[;；、/|]")
"""What stands between two names in one cell; a comma may stand within a name."""


def _sorted_parts(*parts: str) -> tuple[str, ...]:
    words = " ".join(parts).replace("-", " ").replace(",", " ").split()
    return tuple(sorted(filter(None, map(folded, words))))


def same_latin(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether family and given name are the same letters, in whatever order."""
    return _sorted_parts(*_latin(first)) == _sorted_parts(*_latin(second))


def _latin(names: Mapping[str, Any]) -> tuple[str, str]:
    return names.get("family_name") or "", names.get("given_name") or ""


def other_names_in(names: Mapping[str, Any]) -> tuple[str, ...]:
    """Each former name or other spelling that a register tells."""
    return tuple(filter(None, (name.strip() for name in BETWEEN.split(names.get("other_names") or ""))))


def is_called(written: str, names: Mapping[str, Any]) -> bool:
    """Whether a register may have written the student's name like this: in Han, or in Latin letters in any order."""
    if folded(written) == folded(names.get("han_name") or "") != "":
        return True
    if any(_sorted_parts(written) == _sorted_parts(other) for other in other_names_in(names)):
        return True
    family, given = _latin(names)
    return _sorted_parts(written) == _sorted_parts(family, given) or folded(written) in {
        folded(family + given),
        folded(given + family),
    }
