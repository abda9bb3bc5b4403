"""Which audit case do the demonstration's files make of one student? Put together from the law alone, without importers."""

from decimal import Decimal
from functools import cache

from dualdegree.core.audit.facts import Achieved, Attempt, Case, Grant, Recognition, Status
from dualdegree.core.curricula.agreement import read_agreement
from dualdegree.core.curricula.curriculum import read_curriculum
from dualdegree.core.curricula.equivalence_table import read_equivalences
from dualdegree.core.grades import SCALES, read_grade
from dualdegree.core.recognition import recognise
from tests.demo.files import DEMO, ROBOTICS, document, grades, rows

BEIHANG, UPV = "buaa.edu.cn", "upv.es"
FIELDS = ("", ROBOTICS)
SIDES = {BEIHANG: "beihang", UPV: "upv"}


@cache
def curricula(institution, field=""):
    paths = sorted((DEMO / field / SIDES[institution]).glob("curriculum-*.yaml"))
    return tuple(read_curriculum(path.read_bytes(), path.name) for path in paths)


@cache
def agreement(field=""):
    return read_agreement((DEMO / field / "agreement.yaml").read_bytes(), "agreement.yaml")


@cache
def entries(field=""):
    return read_equivalences((DEMO / field / "equivalences.yaml").read_bytes(), "equivalences.yaml").entries


@cache
def students(field=""):
    """Each student's row of Beihang's roster by number there."""
    return {row["学号"]: row for row in rows(f"{field}beihang/roster.csv")}


def case_of(number, include=("passed",)):
    """The case of one student, with every recognition that the equivalences give."""
    field = next(known for known in FIELDS if number in students(known))
    row = students(field)[number]
    bound = {institution: _bound(institution, row, field) for institution in SIDES}
    record = (
        *_attempts_at_beihang(number, bound[BEIHANG], field),
        *_attempts_at_upv(row["外方学号"], bound[UPV], field),
    )
    return Case(
        degrees=tuple(curriculum.degree for curriculum in bound.values()),
        record=record,
        include=tuple(map(Status, include)),
        shared_credits=agreement(field).shared_credits,
        recognitions=tuple(
            given for institution in SIDES for given in _recognitions(institution, record, bound, field)
        ),
        milestones=tuple(_milestones(number, row["外方学号"], field)),
    )


def _bound(institution, row, field):
    route = _layout(BEIHANG, "roster")["values"]["route"][row["招生途径"]]
    term = _term(row["入学学期"])
    (given,) = (
        each
        for each in curricula(institution, field)
        if each.admission.first <= term <= (each.admission.last or "9999") and route in each.admission.routes
    )
    return given


def _attempts_at_beihang(number, curriculum, field):
    layout = _layout(BEIHANG, "grades")
    for at, row in enumerate(_rows_of(grades("beihang", field), "学号", number)):
        if row["成绩"] not in layout["marks"]:
            term, result = _term(row["学年学期"]), _result(BEIHANG, row["成绩"], "")
            yield _attempt(f"b{at}", BEIHANG, curriculum.courses[row["课程代码"]], term, result)


def _attempts_at_upv(number, curriculum, field):
    layout = _layout(UPV, "grades")
    for at, row in enumerate(_rows_of(grades("upv", field), "Expediente", number)):
        if row["Calificación"] not in layout["marks"]:
            result = _result(UPV, row["Nota"].replace(",", "."), row["Calificación"])
            term = f"{row['Curso académico'][:4]}-{layout['sittings'][row['Convocatoria']]}"
            yield _attempt(f"u{at}", UPV, curriculum.courses[row["Código"]], term, result)


def _result(institution, text, label):
    """The status, and the grade if there is one."""
    statuses = _layout(institution, "grades")["statuses"]
    if status := statuses.get(text) or statuses.get(label):
        return Status(status), None
    grade = read_grade(SCALES[document(f"{SIDES[institution]}/institution.yaml")["grade_scale"]], text, label)
    return (Status.PASSED if grade.passed else Status.FAILED), grade


def _attempt(id_, institution, course, term, result):
    status, grade = result
    return Attempt(
        id=id_,
        institution=institution,
        course=course.code,
        credits=course.credits,
        status=status,
        grade=grade.value if grade else None,
        term=term,
        tags=course.tags,
        ects=course.ects,
        work=course.work,
        ungraded_pass=bool(grade and grade.ungraded),
    )


def _recognitions(institution, record, bound, field):
    into = [entry for entry in entries(field) if entry.target_institution == institution]
    known = bound[institution].courses
    for given in recognise(into, record, policy="best", curriculum=known).fulfilled:
        grants = tuple(
            Grant(
                id=f"{given.entry.id}/{target.code}",
                credits=target.credits,
                course=target.code,
                tags=known[target.code].tags,
                ungraded_pass=True,
            )
            for target in given.entry.targets
        )
        sources = tuple(source.id for source in given.sources)
        yield Recognition(id=given.entry.id, degree=bound[institution].degree.id, sources=sources, grants=grants)


def _milestones(beihang, upv, field):
    for institution, number, column, name, value in (
        (BEIHANG, beihang, "学号", "里程碑", "数值"),
        (UPV, upv, "Expediente", "Hito", "Valor"),
    ):
        words = _layout(institution, "milestones")["values"]["milestone"]
        for row in _rows_of(rows(f"{field}{SIDES[institution]}/milestones.csv"), column, number):
            figure = Decimal(row[value]) if row[value] else None
            yield Achieved(milestone=words[row[name]], institution=institution, value=figure)


def _layout(institution, kind):
    return document(f"{SIDES[institution]}/institution.yaml")["imports"][kind]


def _term(text):
    return f"{text[:4]}-{text[4]}"


def _rows_of(all_rows, column, number):
    return [row for row in all_rows if row[column] == number]
