"""Rules stay out of templates: none of these compares a state of a workflow with a word of its own."""

import re
from pathlib import Path

import pytest

import dualdegree
from dualdegree.core.approval import State

ROOT = Path(dualdegree.__file__).parent
ROOMS = ("requests", "learning_agreements", "desk", "audit/exceptions")
WORD = re.compile(rf"""\bstate\b[^%}}]*["'](?:{"|".join(State)})["']""")


@pytest.mark.parametrize(
    "template", [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.html"))], ids=str
)
def test_no_template_names_a_state(template):
    assert WORD.findall(template.read_text(encoding="utf-8")) == []
