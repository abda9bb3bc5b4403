"""Does the history speak of every act, and of none by a name that stands only at its place?"""

import ast
from pathlib import Path

import dualdegree
from dualdegree.core.acts import SENTENCES, Act

PACKAGE = Path(dualdegree.__file__).parent


def test_every_act_has_a_sentence():
    assert set(SENTENCES) == set(Act)


def test_no_module_but_the_enumeration_writes_an_act_as_a_text():
    written = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "acts.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in set(Act)
    ]

    assert written == []
