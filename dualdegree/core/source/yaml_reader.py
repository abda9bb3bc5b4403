"""What does a YAML text hold? Its one document as a tree of texts, without YAML's types, anchors, aliases and tags."""

from collections.abc import Iterator

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from dualdegree.core.source.bounds import Bounds
from dualdegree.core.source.tree import Mapping, Sequence, SourceError, Tree
from dualdegree.core.text import Message

# libyaml reads ten times faster; where PyYAML was built without it, its own reader does the same.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

EMPTY = Message("the text is empty")
SECOND = Message("a second document begins here; write one file for each")
ALIAS = Message("anchors and aliases (& and *) are not read; write the value out")
TAG = Message("tags (!) are not read; write the value alone")
KEY = Message("a key must be a single text, without anchor or tag")

PROBLEMS: tuple[tuple[str, Message], ...] = (
    ("cannot start any token", Message("a character here cannot begin a value, such as a tab; indent with blanks")),
    ("mapping values are not allowed", Message("a colon follows a value here; put the value in quotation marks")),
    ("did not find expected key", Message("a key is expected here; look at the indentation and the brackets above")),
    ("could not find expected ':'", Message("a colon is missing after a key")),
    ("did not find expected '-'", Message("a dash of the list is expected here; look at the indentation")),
    ("did not find expected ',' or", Message("a comma or a closing bracket is missing")),
    ("found unexpected end of stream", Message("the text ends within quotation marks")),
    ("found unknown escape", Message("a backslash in quotation marks begins no known sign; write it twice")),
)
"""What the parser says → what that means for whoever wrote the text."""
OTHER_PROBLEM = Message("the text cannot be read from here on")


def tree_of_yaml(text: str, bounds: Bounds, *, like_json: bool = False) -> Tree:
    """The one document of the text. Raises ``SourceError``, which speaks of JSON where the text began ``like_json``."""
    try:
        return _document(yaml.parse(text, Loader=LOADER), bounds)
    except yaml.YAMLError as error:
        raise _not_yaml(error, bounds, like_json=like_json) from None


def _not_yaml(error: yaml.YAMLError, bounds: Bounds, *, like_json: bool) -> SourceError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = str(getattr(error, "problem", None) or error)
    known = (message for words, message in PROBLEMS if words in said)
    words = {"problem": next(known, OTHER_PROBLEM)}
    reason = Message("this is neither JSON nor YAML: %(problem)s", words)
    if not like_json:
        reason = Message("this is not YAML: %(problem)s", words)
    return bounds.wrong(mark.line + 1 if mark else 1, reason)


def _document(events: Iterator[Event], bounds: Bounds) -> Tree:
    tree: Tree | None = None
    for event in events:
        if isinstance(event, DocumentStartEvent):
            if tree is not None:
                raise bounds.wrong(_line(event), SECOND)
            tree = _tree(next(events), events, bounds)
    if tree is None:
        raise bounds.wrong(1, EMPTY)
    return tree


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _tree(event: Event, events: Iterator[Event], bounds: Bounds) -> Tree:
    line = _line(event)
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
        raise bounds.wrong(line, ALIAS)
    if getattr(event, "tag", None):
        raise bounds.wrong(line, TAG)
    if isinstance(event, ScalarEvent):
        return bounds.scalar(event.value, line)
    bounds.enter(line)
    return _list(line, events, bounds) if isinstance(event, SequenceStartEvent) else _keys(line, events, bounds)


def _list(line: int, events: Iterator[Event], bounds: Bounds) -> Sequence:
    items: list[Tree] = []
    while not isinstance(event := next(events), SequenceEndEvent):
        bounds.path.append(len(items))
        items.append(_tree(event, events, bounds))
        bounds.leave()
    return Sequence(tuple(items), line)


def _keys(line: int, events: Iterator[Event], bounds: Bounds) -> Mapping:
    entries: dict[str, Tree] = {}
    lines: dict[str, int] = {}
    while not isinstance(event := next(events), MappingEndEvent):
        # Deciding on the event, before anything is built, keeps keys made of keys from nesting without bound.
        if not isinstance(event, ScalarEvent) or event.anchor or event.tag:
            raise bounds.wrong(_line(event), KEY)
        bounds.key(event.value, _line(event), lines)
        entries[event.value] = _tree(next(events), events, bounds)
        bounds.leave()
    return Mapping(entries, lines, line)
