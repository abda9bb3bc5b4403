"""Does the house keep to its plan, where import contracts cannot say it? See docs/architecture.md."""

import ast
from collections import Counter, defaultdict
from pathlib import Path

from jinja2 import Environment, nodes

import dualdegree

PACKAGE = Path(dualdegree.__file__).parent
TESTS = Path(__file__).parents[1]
MOST_MODULES = 12
EMPTY_NAMES = {"one", "found", "of", "told", "made"}
"""Also with the underscore of what is private, and as the name of a class."""


def modules():
    return sorted(PACKAGE.rglob("*.py"))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path, node):
    return f"{path.relative_to(PACKAGE.parent)}:{node.lineno}"


def test_a_public_class_has_a_name_of_its_own():
    holders = defaultdict(list)
    for path in modules():
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                holders[node.name].append(place(path, node))

    shared = {name: places for name, places in holders.items() if len(places) > 1}

    assert shared == {}


def test_views_ask_no_views_of_another_office():
    asked = [
        place(path, node)
        for path in modules()
        if path.stem.endswith("views")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and is_a_view_elsewhere(node, path.relative_to(PACKAGE).parts[0])
    ]

    assert asked == []


def is_a_view_elsewhere(node, office):
    names = [f"{node.module}.{alias.name}" for alias in node.names]
    # What every page shares is no office.
    elsewhere = [name for name in names if not name.startswith((f"dualdegree.{office}.", "dualdegree.web."))]
    return any(part.endswith("views") for name in elsewhere for part in name.split("."))


def test_a_package_has_at_most_a_dozen_modules():
    sizes = Counter(path.parent.relative_to(PACKAGE.parent).as_posix() for path in modules() if path.stem != "__init__")

    crowded = {package: size for package, size in sizes.items() if size > MOST_MODULES}

    assert crowded == {}


def test_nothing_has_a_name_that_says_nothing():
    empty = [
        f"{place(path, node)} {name}"
        for path in [*modules(), *sorted(TESTS.rglob("*.py"))]
        for node in ast.walk(tree(path))
        if (name := bound_name(node))
        and name.lower().strip("_") in EMPTY_NAMES
        and not is_key_of_the_case_format(path, name)
    ]

    assert empty == []


def bound_name(node):
    match node:
        case ast.arg(arg=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
            return name
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            return name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case _:
            return None


def is_key_of_the_case_format(path, name):
    # spec/audit.md calls the whole of a share, the figure of a mean and the objects of a reason "of".
    return name == "of" and path in {PACKAGE / "core/audit/answer.py", PACKAGE / "core/audit/rules.py"}


def test_no_template_has_a_name_that_says_nothing():
    environment = Environment(extensions=["jinja2.ext.i18n"])
    templates = {path: environment.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.html"))}

    empty = [
        f"{place(path, node)} {node.name}"
        for path, template in templates.items()
        for node in template.find_all((nodes.Name, nodes.Macro))
        if node.name in EMPTY_NAMES
    ]

    assert empty == []
