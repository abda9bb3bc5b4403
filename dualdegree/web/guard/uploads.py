"""What becomes of a file that is too large? It is not kept, and its form learns of it with everything else it was sent.

Refusing the whole request at once would be simpler, and would throw away what the reader had entered beside the file.
"""

import tempfile
from typing import IO

from flask import Flask, Request, current_app, request
from flask_babel import gettext as _
from flask_wtf.file import FileField
from wtforms import Form
from wtforms.validators import StopValidation

from dualdegree.core.text import Message
from dualdegree.web.language import i18n

MEGABYTE = 1024 * 1024
IN_MEMORY = MEGABYTE // 2
"""How much of a file is held in memory before it goes to the disk."""


class BoundedFile(tempfile.SpooledTemporaryFile[bytes]):
    """A file that is sent: whatever is longer than ``most`` bytes is read to its end and thrown away."""

    def __init__(self, most: int) -> None:
        super().__init__(max_size=IN_MEMORY)
        self.most = most
        self.too_large = False

    def write(self, content: bytes) -> int:  # type: ignore[override]
        """Keep this piece, unless the file is too large with it."""
        if self.too_large or self.tell() + len(content) > self.most:
            self.too_large = True
            self.seek(0)
            self.truncate()
            return len(content)
        return super().write(content)


class BoundedRequest(Request):
    """A request whose files are bounded one by one."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BoundedFile(largest())


class UploadField(FileField):  # type: ignore[misc]
    """A file to be chosen, which says by itself when it is too large."""

    def pre_validate(self, form: Form) -> None:
        """Raise ``StopValidation`` with what to do about a file that is too large."""
        if self.data and getattr(self.data.stream, "too_large", False):
            raise StopValidation(
                _(
                    "“%(name)s” is larger than %(limit)s. Export a shorter period, split the file in two, or save a "
                    "PDF with smaller pictures; then choose it here.",
                    name=self.data.filename,
                    limit=i18n.say(size_of(largest())),
                )
            )


def init_app(app: Flask) -> None:
    """Let every request bound its files, and give them back when it has been answered."""
    app.request_class = BoundedRequest
    app.teardown_request(lambda _error: request.close())


def size_of(number: int) -> Message:
    """So many bytes, as people say it."""
    if number >= MEGABYTE:
        return Message("%(number)s MB", {"number": number // MEGABYTE})
    return Message("%(number)s KB", {"number": number // 1024})


def largest() -> int:
    """How many bytes a file may have that somebody sends, as the office set it."""
    most: int = current_app.config.get("MAX_UPLOAD_BYTES", 20 * MEGABYTE)
    return most
