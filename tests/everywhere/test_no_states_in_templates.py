"""Rules stay out of templates: none of these compares a state of a workflow with a word of its own."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import dualdegree
from dualdegree.audit.cohorts.service import RunState
from dualdegree.core.approval import State
from dualdegree.core.curricula.findings import Severity
from dualdegree.records.presenting import STATES

ROOT = Path(dualdegree.__file__).parent
TEMPLATES = sorted(ROOT.rglob("*.html"))
STATES_OF_ALL = sorted({*State, *RunState, *STATES, *Severity})
WORD = re.compile(rf"""\b(?:state|severity)\b[^%}}]*["'](?:{"|".join(STATES_OF_ALL)})["']""")
SAY_NOTHING = {"one", "of", "found", "told", "made"}
OTHERS = ("planning", "progress", "moving.html", "desk/history.html")
"""Where others are at work; their templates follow."""
NAMED_WELL = [path for path in TEMPLATES if not any(part in str(path) for part in OTHERS)]


def named(path):
    """Every variable that a template reads, sets or takes."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text(encoding="utf-8"))
    return {name.name for name in tree.find_all(nodes.Name)}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_names_a_state(template):
    assert WORD.findall(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("template", NAMED_WELL, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_variable_is_called_what_it_is(template):
    assert named(template) & SAY_NOTHING == set()
