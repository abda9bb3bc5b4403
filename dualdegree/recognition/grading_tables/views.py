"""Which pages list ECTS grading tables, take them in, and draw two of them with a grade marked?"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree.core.credit import rounded
from dualdegree.core.grades import (
    SCALES,
    Converted,
    GradeChoice,
    GradingTable,
    ImpossibleGrade,
    Linear,
    Scale,
    Statistical,
    converted,
    read_grade,
)
from dualdegree.core.policy import Permission, may, of_institutions
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.programmes.service import scales
from dualdegree.recognition.forms import GradeTableForm
from dualdegree.recognition.grading_tables.curves import NARROW, WIDE, CurvePair, Curves, Frame, curves
from dualdegree.recognition.grading_tables.rows import COLUMNS, read_grade_tables
from dualdegree.recognition.grading_tables.service import (
    find_grade_table,
    grade_tables,
    import_grade_tables,
    partners_of,
)
from dualdegree.recognition.models import GradeTable
from dualdegree.records.service import people
from dualdegree.uploads import OfferedPaper, Preview
from dualdegree.uploads.pages import UploadPage, upload_page
from dualdegree.web import access, spreadsheet
from dualdegree.web.clock import now
from dualdegree.web.forms.steps import Answer
from dualdegree.web.pages import About, page

blueprint = Blueprint("grading", __name__, template_folder="templates")

CHOICES = {
    GradeChoice.MINIMUM: Message("The lowest"),
    GradeChoice.AVERAGE: Message("The average"),
    GradeChoice.MAXIMUM: Message("The highest"),
}
FRAMES = {"wide": WIDE, "narrow": NARROW}


@page(blueprint, "/grade-tables", needs=Permission.SEE_AGREEMENTS, menu=(250, Message("Grading tables")))
def tables() -> str:
    """The grading tables of the reader's institution and its partners, and which two to lay beside each other."""
    session, actor = db.session(), access.signed_in()
    own = actor.institution or ""
    tables = grade_tables(session, partners_of(session, own))
    return render_template(
        "grading_tables/tables.html",
        tables=[(table, table.as_core()) for table in tables],
        own=own,
        names=names(session),
        by=people(session, [table.person_id for table in tables]),
        may_import=may(actor, Permission.IMPORT_FILES, of_institutions(own)),
    )


@page(blueprint, "/grade-tables/new", needs=Permission.IMPORT_FILES, methods=("GET", "POST"))
def new() -> Answer:
    """Take grading tables in from a file, which is looked at first."""
    form = GradeTableForm()
    page = UploadPage(
        title=_("Import grading tables"),
        back=url_for("grading.tables"),
        back_to=_("Grading tables"),
        lead=_(
            "One row for each grade of each academic year, with how many students received it. It is checked first; "
            "nothing is stored until you confirm."
        ),
        hint=_("Columns: institution, field (ISCED-F code), cycle (EQF level), year, grade, count."),
    )
    return upload_page(form, lambda: _imported(form), page)


def _imported(form: GradeTableForm) -> Preview:
    actor, session, confirm = access.signed_in(), db.session(), bool(form.confirm.data)
    own = actor.institution or ""
    content, name = form.offered()
    paper = OfferedPaper(institution=own, text=content, name=name, actor=actor, at=now(), confirm=confirm)
    preview = import_grade_tables(session, paper)
    rows = read_grade_tables(content, name, own, _scale_of(session, own))
    # The next step sends the rows as they were read, whatever format they came in.
    form.text.data = spreadsheet.as_csv([COLUMNS, *rows.lines]).decode("utf-8-sig")
    return preview


def _scale_of(session: orm.Session, institution_id: str) -> Scale:
    return scales(session)[institution_id]


def about_table(session: orm.Session, table_id: int) -> About:
    """A grading table and whose business it is; raises ``Absent``."""
    return About(*find_grade_table(session, table_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingSide:
    """One table as a page shows it."""

    row: GradeTable
    table: GradingTable
    scale: Scale


@page(blueprint, "/grade-tables/<int:table_id>", needs=Permission.SEE_AGREEMENTS, about=about_table)
def table(row: GradeTable) -> Answer:
    """One table beside another, as curves and as rows, and where a grade of it lies in the other."""
    session = db.session()
    host = _side(row)
    others = [
        table for table in grade_tables(session, partners_of(session, row.institution_id))
        if table.institution_id != row.institution_id
    ]  # fmt: skip
    home = _chosen(others, host)
    words = request.args.get("grade", "").strip()
    grade, wrong = _grade(words, host)
    answer = render_template(
        "grading_tables/table.html",
        host=host,
        home=home,
        others=others,
        names=names(session),
        words=words,
        wrong=wrong,
        grade=grade,
        drawings={name: _drawn(host, home, grade, frame) for name, frame in FRAMES.items()} if home else {},
        results=_results(host, home, grade) if home and grade is not None else (),
        percent=percent,
    )
    return (answer, 400) if wrong else answer


def _side(row: GradeTable) -> GradingSide:
    return GradingSide(row=row, table=row.as_core(), scale=SCALES[row.scale])


def _chosen(others: list[GradeTable], host: GradingSide) -> GradingSide | None:
    """The table that was asked for, else one of the same reference group, else any."""
    wanted = request.args.get("beside", 0, type=int)
    same = [other for other in others if (other.field, other.cycle) == (host.row.field, host.row.cycle)]
    guest = next((other for other in others if other.id == wanted), next(iter([*same, *others]), None))
    side = _side(guest) if guest else None
    return side if side and side.table.total and host.table.total else None


def _grade(words: str, host: GradingSide) -> tuple[Decimal | None, Message | None]:
    """The passing grade that was asked for, or what is wrong with it."""
    if not words:
        return None, None
    try:
        grade = read_grade(host.scale, words)
    except ImpossibleGrade as impossible:
        return None, impossible.reason
    if not grade.passed or grade.value is None:
        return None, Message("Only a passing grade with a figure has a place on the curve.")
    return grade.value, None


def _drawn(host: GradingSide, home: GradingSide, grade: Decimal | None, frame: Frame) -> Curves:
    pair = CurvePair(host=host.table, host_scale=host.scale, home=home.table, home_scale=home.scale)
    return curves(pair, frame, grade)


def _results(host: GradingSide, home: GradingSide, grade: Decimal) -> tuple[tuple[Message, Converted], ...]:
    """What the grade becomes by each of the choices that an agreement can make beforehand."""
    both = host.table, home.table
    return tuple(
        (
            words,
            converted(
                grade,
                Statistical(
                    field=host.row.field, cycle=host.row.cycle, choose=choice, otherwise=Linear(), smallest=1, years=1
                ),
                host.scale,
                home.scale,
                both,
            ),
        )
        for choice, words in CHOICES.items()
    )


def percent(share: Fraction) -> Decimal:
    """A share in per cent, with one decimal."""
    return rounded(Decimal(share.numerator * 100) / share.denominator, 1)
