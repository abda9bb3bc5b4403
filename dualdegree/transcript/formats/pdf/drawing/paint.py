"""How do pages of marks become the bytes of a PDF file? The only module that draws; the same marks, the same bytes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from dualdegree.transcript.formats.pdf.drawing import faces
from dualdegree.transcript.formats.pdf.drawing.flow import Page
from dualdegree.transcript.formats.pdf.drawing.marks import Area, Mark, Ring, RuledLine, Run, Squares
from dualdegree.transcript.formats.pdf.drawing.measure import face_for
from dualdegree.transcript.formats.pdf.drawing.styles import PAGE_HEIGHT, PAGE_WIDTH

ONE_AT_A_TIME = Lock()
"""ReportLab cuts every document's fonts from one shared file and remembers where it reads: no two threads at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """What the file says of itself."""

    title: str
    author: str
    subject: str
    language: str
    """BCP 47."""
    day: dt.date
    """Of creation; the time is midnight UTC, so that the same value gives the same bytes."""


def paint(pages: Sequence[Page], info: Info) -> bytes:
    """The PDF file."""
    with ONE_AT_A_TIME:
        return _painted(pages, info)


def _painted(pages: Sequence[Page], info: Info) -> bytes:
    faces.load()
    rl_config.useA85 = 0
    buffer = BytesIO()
    canvas = Canvas(
        buffer,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        pageCompression=1,
        pdfVersion=(1, 7),
        invariant=1,
        initialFontName=faces.Face.REGULAR.value,
        lang=info.language,
    )
    _describe(canvas, info)
    for page in pages:
        for mark in page:
            _draw(canvas, mark)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _describe(canvas: Any, info: Info) -> None:
    canvas.setTitle(info.title)
    canvas.setAuthor(info.author)
    canvas.setSubject(info.subject)
    canvas.setCreator("dualdegree")
    # ReportLab writes the year 2000 into repeatable files.
    canvas.setDateFormatter(lambda *_: f"D:{info.day:%Y%m%d}000000Z")


def _draw(canvas: Any, mark: Mark) -> None:
    match mark:
        case Run():
            _draw_run(canvas, mark)
        case RuledLine():
            canvas.setStrokeColorRGB(*mark.colour)
            canvas.setLineWidth(mark.thickness)
            canvas.line(mark.x, PAGE_HEIGHT - mark.y, mark.to_x, PAGE_HEIGHT - mark.to_y)
        case Area():
            _draw_area(canvas, mark)
        case Ring():
            canvas.setStrokeColorRGB(*mark.colour)
            canvas.setLineWidth(mark.thickness)
            canvas.circle(mark.x, PAGE_HEIGHT - mark.y, mark.radius)
        case Squares():
            _draw_squares(canvas, mark)


def _draw_run(canvas: Any, run: Run) -> None:
    canvas.setFillColorRGB(*run.style.colour)
    canvas.setFont(face_for(run.text, run.style.face).value, run.style.size)
    if not run.angle:
        canvas.drawString(run.x, PAGE_HEIGHT - run.y, faces.drawn(run.text))
        return
    canvas.saveState()
    canvas.translate(run.x, PAGE_HEIGHT - run.y)
    canvas.rotate(run.angle)
    canvas.drawCentredString(0, 0, faces.drawn(run.text))
    canvas.restoreState()


def _draw_area(canvas: Any, area: Area) -> None:
    if area.fill:
        canvas.setFillColorRGB(*area.fill)
    if area.outline:
        canvas.setStrokeColorRGB(*area.outline)
        canvas.setLineWidth(0.6)
    canvas.rect(
        area.x,
        PAGE_HEIGHT - area.y - area.height,
        area.width,
        area.height,
        fill=int(area.fill is not None),
        stroke=int(area.outline is not None),
    )


def _draw_squares(canvas: Any, squares: Squares) -> None:
    canvas.setFillColorRGB(*squares.colour)
    path = canvas.beginPath()
    for x, y, width, height in squares.parts:
        path.rect(squares.x + x, PAGE_HEIGHT - squares.y - y - height, width, height)
    canvas.drawPath(path, fill=1, stroke=0)
