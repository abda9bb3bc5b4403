"""What is a course worth in ECTS? One rule says it, ``core.credit.worth``; only what checks an answer has its own."""

import ast
import re
from pathlib import Path

import dualdegree

PACKAGE = Path(dualdegree.__file__).parent
RATIOS = {"ects_per_credit", "per_credit", "ratio"}
OWN = ("core/credit.py", "core/audit/check/", "core/audit/plan/check.py")
"""The rule itself, and what recomputes answers and plans on purpose without the rest."""
OF_RULES = ("core/audit/problem/rulebook.py", "core/audit/explain/counted.py")
"""What turns the figures of a requirement, not of a course, into ECTS."""


def is_a_ratio(node):
    return (node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")) in RATIOS


def multiplications(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
            continue
        if is_a_ratio(node.left) or is_a_ratio(node.right):
            yield f"{path.relative_to(PACKAGE)}:{node.lineno}"


def test_no_module_multiplies_credits_by_the_ratio_itself():
    others = [
        path for path in sorted(PACKAGE.rglob("*.py")) if not str(path.relative_to(PACKAGE)).startswith(OWN + OF_RULES)
    ]

    assert [place for path in others for place in multiplications(path)] == []


def test_no_template_multiplies_credits_by_the_ratio():
    pages = sorted(PACKAGE.rglob("*.html"))

    assert [path.name for path in pages if re.search(r"\*\s*[\w.]*(ects_per_credit|ratio)", path.read_text())] == []
