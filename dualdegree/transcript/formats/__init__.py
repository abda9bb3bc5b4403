"""In which formats can a transcript be had? One table; menu, download and tests follow it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dualdegree.core.text import Message
from dualdegree.core.transcript import Transcript
from dualdegree.transcript.formats import pdf
from dualdegree.transcript.formats.words import Translate

Render = Callable[[Transcript, tuple[str, str], Translate], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: how it is called, what a browser is told, and what makes its bytes."""

    name: Message
    media_type: str
    extension: str
    render: Render


FORMATS: Mapping[str, Format] = {
    "pdf": Format(name=Message("PDF"), media_type="application/pdf", extension=".pdf", render=pdf.render),
}
"""Every format by its key. To add one: a package in this one and a line here."""
