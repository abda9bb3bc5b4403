"""What does a text in YAML or JSON say? Read within fixed bounds into a tree of texts; whatever is unclear is refused.

JSON has a reader of its own, because YAML's differs from JSON in tabs, escapes and where a colon may stand.
"""

from dualdegree.core.source.bounds import MOST_BYTES, NOT_TEXT, Bounds
from dualdegree.core.source.json_reader import tree_of_json
from dualdegree.core.source.tree import Mapping, Place, Scalar, Sequence, SourceError, Tree
from dualdegree.core.source.yaml_reader import tree_of_yaml
from dualdegree.core.text import Message

__all__ = ["MOST_BYTES", "Mapping", "Place", "Scalar", "Sequence", "SourceError", "Tree", "read"]

TOO_LONG = Message("the text is longer than %(limit)s bytes; split it", {"limit": str(MOST_BYTES)})
NOT_UTF8 = Message("the file is not text in UTF-8; save it as UTF-8")
CONTROL = Message("a control character stands here; remove it")


def read(text: str | bytes, source: str) -> Place:
    """The top of the tree that ``text`` holds; ``source`` is the name by which errors call it, usually the file's.

    Raises ``SourceError``, and nothing else, for a text that is not one YAML or JSON document within the bounds.
    """
    if len(text) > MOST_BYTES:
        raise SourceError(source=source, line=None, key="", reason=TOO_LONG)
    words = _decoded(text, source) if isinstance(text, bytes) else text
    words = words.removeprefix("\ufeff")
    if control := NOT_TEXT.search(words):
        raise SourceError(source=source, line=_line(words[: control.start()]), key="", reason=CONTROL)
    like_json = words.lstrip()[:1] in {"{", "["}
    tree = tree_of_json(words, Bounds(source)) if like_json else None
    tree = tree or tree_of_yaml(words, Bounds(source), like_json=like_json)
    return Place(tree, source, tree.line)


def _decoded(text: bytes, source: str) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _line(text[: error.start].decode("utf-8"))
        raise SourceError(source=source, line=line, key="", reason=NOT_UTF8) from None


def _line(before: str) -> int:
    return before.count("\n") + 1
