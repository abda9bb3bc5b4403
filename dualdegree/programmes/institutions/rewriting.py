"""How are the headings in a profile's text changed, without touching a word of the rest, its comments included?"""

from collections.abc import Mapping, Sequence
from typing import cast

import yaml

from dualdegree.programmes.institutions.profile import read_profile

WIDEST = 100_000
"""No heading is broken in two lines."""


def with_headings(text: str, kind: str, headings: Mapping[str, Sequence[str]]) -> str:
    """The profile ``text`` in which the columns of this kind of file are headed so: field → headings, likeliest first.

    Comments between the columns themselves are lost, all others stay. Raises ``SourceError`` where two fields would be
    read from one column, or where the text is no sound profile.
    """
    read_profile(text, "institution.yaml")
    columns = _under(yaml.compose(text, Loader=yaml.SafeLoader), "imports", kind, "columns")
    start, end = columns.start_mark.index, _end(columns)
    if columns.flow_style:
        written = _flow(headings)
    else:
        indent = "\n" + " " * columns.start_mark.column
        written = indent.join(f"{_plain(name)}: {_value(known)}" for name, known in headings.items())
    changed = text[:start] + written + text[end:]
    read_profile(changed, "institution.yaml")
    return changed


def _under(node: yaml.Node | None, *keys: str) -> yaml.MappingNode:
    """The mapping under these keys, which a sound profile has."""
    for key in keys:
        mapping = cast("yaml.MappingNode", node)
        node = next(value for name, value in mapping.value if name.value == key)
    return cast("yaml.MappingNode", node)


def _end(node: yaml.Node) -> int:
    """Where the node's last word ends; a block itself is said to end where the next key begins, after all comments."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _value(headings: Sequence[str]) -> str:
    return _plain(headings[0]) if len(headings) == 1 else f"[{', '.join(_plain(heading) for heading in headings)}]"


def _flow(headings: Mapping[str, Sequence[str]]) -> str:
    return "{" + ", ".join(f"{_plain(name)}: {_value(known)}" for name, known in headings.items()) + "}"


def _plain(word: str) -> str:
    """The word as YAML writes it within a flow, quoted where it must be."""
    listed = yaml.safe_dump([word], allow_unicode=True, default_flow_style=True, width=WIDEST).strip()
    return listed[1:-1]
