"""Does each way of installing bring what it promises: the bare package every command, ``.[test]`` every test?"""

import ast
import sys
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import config

PROJECT = tomllib.loads((config.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BARE = PROJECT["dependencies"]
TEST = [*BARE, *PROJECT["optional-dependencies"]["test"]]
OURS = {"dualdegree", "config", "wsgi", "tests", "translations"}


def brought(requirements):
    """The names of everything that installing these brings, with what that needs in turn."""
    names, seen, waiting = set(), set(), [Requirement(line) for line in requirements]
    while waiting:
        needed = waiting.pop()
        name, extras = canonicalize_name(needed.name), frozenset(needed.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        with suppress(PackageNotFoundError):
            parts = [Requirement(line) for line in distribution(name).requires or ()]
            names.add(name)
            waiting += [part for part in parts if applies(part, extras)]
    return names


def applies(part, extras):
    """Whether a requirement holds on this machine for whoever asked for these extras."""
    return part.marker is None or any(part.marker.evaluate({"extra": extra}) for extra in (*extras, ""))


def imported(*paths):
    """Every module of somebody else that is imported there, wherever in a file, and a place where it is."""
    files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("*.py")))]
    places = {}
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            places |= dict.fromkeys(modules(node), str(file.relative_to(config.ROOT)))
    return {name: place for name, place in places.items() if name not in sys.stdlib_module_names | OURS}


def modules(node):
    """The first names of the modules that a statement imports from elsewhere."""
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    return [node.module.partition(".")[0]] if isinstance(node, ast.ImportFrom) and not node.level else []


@pytest.mark.parametrize(
    ("folders", "requirements"),
    [
        (("dualdegree", "migrations", "config.py", "wsgi.py"), BARE),
        (("tests", "translations"), TEST),
    ],
    ids=["the bare package", ".[test]"],
)
def test_whatever_is_imported_is_brought_by_what_was_promised(folders, requirements):
    bringing, names = packages_distributions(), brought(requirements)

    lacking = {
        name: place
        for name, place in imported(*(config.ROOT / folder for folder in folders)).items()
        if not {canonicalize_name(package) for package in bringing.get(name, ())} & names
    }

    assert lacking == {}


def test_a_module_that_only_checking_brings_is_noticed():
    names = brought(BARE)

    assert "fonttools" not in names
    assert {"flask", "werkzeug", "redis"} <= names
