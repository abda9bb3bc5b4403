"""Two universities whose registers export what Beihang's and UPV's do: the demonstration's layouts, invented people."""

import io
from pathlib import Path

import openpyxl

import dualdegree
from dualdegree.programmes.importing import save_institution
from dualdegree.records import importing
from tests import keeping
from tests.conftest import NOW
from tests.programmes.papers import NORTH, NORTH_CURRICULUM, SOUTH, SOUTH_CURRICULUM, Office

DEMO = Path(dualdegree.__file__).parent / "demo"
PROFILES = {
    NORTH: (DEMO / "beihang" / "institution.yaml").read_text("utf-8").replace("buaa.edu.cn", NORTH),
    SOUTH: (DEMO / "upv" / "institution.yaml").read_text("utf-8").replace("upv.es", SOUTH),
}
NORTH_ROSTER = "学号,外方学号,姓名,姓（护照）,名（护照）,出生日期,国籍,招生途径,入学学期,项目代码,电子邮箱,导师邮箱\n"
SOUTH_ROSTER = (
    "Expediente;Expediente socio;Nombre en chino;Apellidos;Nombre;Fecha de nacimiento;Nacionalidad;Vía de acceso;"
    "Curso de ingreso;Programa;Correo electrónico;Correo del tutor\n"
)
NORTH_GRADES = "学号,姓名,课程代码,课程名称,课程英文名称,学分,学时,成绩,学年学期,备注\n"
SOUTH_GRADES = (
    "Expediente;Apellidos;Nombre;Código;Asignatura;Créditos;Curso académico;Convocatoria;Nota;Calificación;Carácter\n"
)
CHEN_IN_NORTH = "N100,S100,陈㛃,Chen,Jie,2001-03-14,中国,中国,20241,double,,\n"
CHEN_IN_SOUTH = "S100;N100;陈㛃;Chen;Jie;14/03/2001;China;China;2024/25;double;;\n"


class Registers(Office):
    """Both institutions with their layouts, and curricula that bind everybody admitted from 2024."""

    def __init__(self, session):
        super().__init__(session)
        self.agreement()
        self.curriculum(NORTH_CURRICULUM)
        self.curriculum(SOUTH_CURRICULUM.replace('from: "2024-1"', 'from: "2024-1", routes: [chinese, spanish]'), SOUTH)
        self.publish()
        self.publish(SOUTH)
        for where, text in PROFILES.items():
            save_institution(session, text, "institution.yaml", actor=self.actor(where), at=NOW)

    def take(self, kind, where, content, *, filename="export.csv", confirm=True, at=NOW):
        """Import a file, a text as UTF-8, and return its preview."""
        return importing.import_file(
            self.session,
            kind,
            where,
            filename,
            content.encode() if isinstance(content, str) else content,
            actor=self.actor(where),
            at=at,
            confirm=confirm,
        )

    def with_chen(self):
        """Chen Jie in both registers."""
        self.take("roster", NORTH, NORTH_ROSTER + CHEN_IN_NORTH)
        self.take("roster", SOUTH, SOUTH_ROSTER + CHEN_IN_SOUTH)
        return self

    def north_grades(self, *rows, **options):
        """Grades of the north."""
        return self.take("grades", NORTH, NORTH_GRADES + "".join(f"{row}\n" for row in rows), **options)

    def south_grades(self, *rows, **options):
        """Grades of the south."""
        return self.take("grades", SOUTH, SOUTH_GRADES + "".join(f"{row}\n" for row in rows), **options)


def with_chen(backend, session):
    """The registers with Chen Jie in both, brought back where they were built before."""
    return keeping.again(backend, "registers", session, lambda first: Registers(first).with_chen())


def counts(preview):
    return preview.added, preview.changed, preview.unchanged, len(preview.rejected)


def sheet(*rows, title="Notas"):
    """A spreadsheet with these rows as its bytes."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
