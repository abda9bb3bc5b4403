"""What does each cell of a table hold, where its row stands as a card? The name of its column, beside the cell."""

import re
from collections.abc import Iterator, Sequence

from flask import Flask
from markupsafe import Markup, escape

TAG = re.compile(r"<(tr|th|td)\b([^>]*)>")
NOTHING = re.compile(r"\s*</")
SPAN = re.compile(r'\bcolspan="(\d+)"')


def init_app(app: Flask) -> None:
    """Plug the names of columns into the table of every template."""
    app.jinja_env.filters.update(labelled=labelled)


def labelled(rows: Markup, columns: Sequence[str | Sequence[str]]) -> Markup:
    """The rows of a table with ``data-label`` at each cell that does not speak for itself.

    ``columns`` are the words of the head, or (word, kind of column). The first cell of a row names it and has no label;
    a cell over several columns, one without content or one that says its own label is left as it is. Tables do not
    stand within tables.
    """
    words = [column if isinstance(column, str) else column[0] for column in columns]
    return Markup("".join(_labelled(str(rows), words)))  # noqa: S704 - the rows are markup, each word is escaped


def _labelled(rows: str, words: Sequence[str]) -> Iterator[str]:
    end, column = 0, 0
    for tag in TAG.finditer(rows):
        yield rows[end : tag.start()]
        end = tag.end()
        name, attributes = tag.groups()
        if name == "tr":
            yield tag[0]
            column = 0
            continue
        span = SPAN.search(attributes)
        named = column == 0 or span or "data-label" in attributes
        speaks = named or column >= len(words) or not words[column] or NOTHING.match(rows, end)
        yield tag[0] if speaks else f'<{name}{attributes} data-label="{escape(words[column])}">'
        column += int(span[1]) if span else 1
    yield rows[end:]
