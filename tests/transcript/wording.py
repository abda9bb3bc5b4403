"""Which words do the tests print? The labels in Chinese and Spanish, in place of the catalogue."""

from dualdegree.core.text import Message

LABELS = {
    "Absent": ("缺考", "No presentado"),
    "Academic year %(year)s": ("%(year)s 学年", "Curso académico %(year)s"),
    "Admission term": ("入学学期", "Curso de ingreso"),
    "Agreed ECTS equivalent": ("折合 ECTS 学分", "Equivalencia acordada en ECTS"),
    "Agreement of both universities, version %(version)s": (
        "两校合作协议，%(version)s 版",
        "Convenio de ambas universidades, versión %(version)s",
    ),
    "Code": ("课程代码", "Código"),
    "Converted grade": ("折算成绩", "Calificación convertida"),
    "Counted of courses taken here": ("计入的本校修读学分", "Computado de lo cursado aquí"),
    "Counted of recognised courses": ("计入的认定学分", "Computado de lo reconocido"),
    "Course": ("课程", "Asignatura"),
    "Courses taken": ("修读课程", "Asignaturas cursadas"),
    "Credits": ("学分", "Créditos"),
    "Curriculum version": ("培养方案版本", "Versión del plan de estudios"),
    "Date of birth": ("出生日期", "Fecha de nacimiento"),
    "Date of issue": ("签发日期", "Fecha de expedición"),
    "Decision": ("认定依据", "Resolución"),
    "Deferred": ("缓考", "Aplazado"),
    "Degree awarded on": ("学位授予日期", "Fecha de otorgamiento del título"),
    "Degrees": ("学位", "Títulos"),
    "Each degree has its own total in its own unit. ECTS figures are equivalents agreed by both institutions.": (
        "各学位以本校学分单位分别计算总学分;ECTS 数值为两校商定的折合值。",
        "Cada título tiene su propio total en su propia unidad. Las cifras en ECTS son equivalencias acordadas por ambas instituciones.",
    ),
    "ECTS": ("ECTS", "ECTS"),
    "Emblem": ("校徽", "Emblema"),
    "End of transcript": ("以下空白", "Fin del certificado"),
    "Exempted": ("免修", "Exenta"),
    "Failed": ("不及格", "Suspenso"),
    "Fingerprint of the certificate": ("证书指纹", "Huella del certificado"),
    "From": ("原课程", "De"),
    "Grade": ("成绩", "Calificación"),
    "Holder": ("持有人", "Titular"),
    "In progress": ("在读", "En curso"),
    "Joint transcript of records": ("联合成绩单", "Certificado académico conjunto"),
    "Last column: per cent of the passing grades of the reference group": (
        "末列:参照组合格成绩的百分比",
        "Última columna: porcentaje de las calificaciones aprobatorias del grupo de referencia",
    ),
    "Legend": ("说明", "Leyenda"),
    "Listed as": ("登记类别", "Figura como"),
    "Mean grade": ("平均成绩", "Nota media"),
    "Meaning": ("含义", "Significado"),
    "Name as in the passport (family name, given names)": (
        "护照姓名(姓, 名)",
        "Nombre según el pasaporte (apellidos, nombre)",
    ),
    "Name in Chinese": ("中文姓名", "Nombre en chino"),
    "Nationality": ("国籍", "Nacionalidad"),
    "No.": ("序号", "N.º"),
    "Not counted: another attempt stands": ("不计入:以另一次修读记录为准", "No computa: cuenta otro intento"),
    "Planned": ("计划修读", "Prevista"),
    "Range": ("范围", "Intervalo"),
    "Recognised": ("学分认定", "Reconocida"),
    "Recognised as": ("认定为", "Reconocida como"),
    "Recognised towards": ("认定计入", "Reconocido para"),
    "Recognised or transferred in the registers: listed, not counted": (
        "登记为认定或转移的课程:仅列出,不计入",
        "Reconocidas o transferidas en los registros: figuran, no computan",
    ),
    "Recognitions between the two degrees": ("两学位间的学分认定", "Reconocimientos entre los dos títulos"),
    "Replaces the transcript": ("替代成绩单", "Sustituye al certificado"),
    "Requirements met on": ("培养要求完成日期", "Requisitos cumplidos el"),
    "SPECIMEN": ("样张", "MUESTRA"),
    "Serial number": ("编号", "Número de serie"),
    "Signed off on": ("确认签署日期", "Visto bueno el"),
    "Student number": ("学号", "Número de expediente"),
    "Study that both degrees count: %(ects)s ECTS.": (
        "两学位共同计入的学习量:%(ects)s ECTS。",
        "Estudios que computan en ambos títulos: %(ects)s ECTS.",
    ),
    "Study that both degrees count: %(ects)s ECTS; the agreement allows %(at_most)s ECTS.": (
        "两学位共同计入的学习量:%(ects)s ECTS;合作协议上限为 %(at_most)s ECTS。",
        "Estudios que computan en ambos títulos: %(ects)s ECTS; el convenio admite %(at_most)s ECTS.",
    ),
    "Figures in brackets are no part of any sum.": (
        "括号内的数字不计入任何合计。",
        "Las cifras entre paréntesis no forman parte de ninguna suma.",
    ),
    "Requirements met on a day that is not known": (
        "已达到毕业要求，日期不详",
        "Requisitos cumplidos en fecha no conocida",
    ),
    "Requirements met no later than": ("达到毕业要求的日期不晚于", "Requisitos cumplidos no más tarde del"),
    "Subtotal": ("小计", "Subtotal"),
    "Term": ("学期", "Semestre"),
    "This document is for information only and proves nothing.": (
        "本文件仅供参考,不具证明效力。",
        "Este documento es meramente informativo y carece de valor acreditativo.",
    ),
    "Total of this degree": ("本学位总学分", "Total de este título"),
    "Total taken at this institution": ("在本校修读合计", "Total cursado en esta institución"),
    "Transferred": ("学分转移", "Transferida"),
    "UNOFFICIAL": ("非正式", "NO OFICIAL"),
    "Unofficial transcript": ("非正式成绩单", "Certificado académico no oficial"),
    "Verification code": ("查验码", "Código de verificación"),
    "Verify at": ("查验网址", "Verificación en"),
    "Withdrawn": ("退课", "Anulada"),
    "[no approved form]": ("〔无核准译名〕", "[sin forma aprobada]"),
    "† Recognised by the other institution: see the recognitions between the two degrees.": (
        "† 已由另一方院校认定,见“两学位间的学分认定”。",
        "† Reconocida por la otra institución: véanse los reconocimientos entre los dos títulos.",
    ),
}
"""English msgid → Chinese, Spanish."""


def translate(language: str, message: Message) -> str:
    """The label in that language, with its figures."""
    forms = {"en": message.id, "zh_Hans": LABELS[message.id][0], "es": LABELS[message.id][1]}
    return forms[language] % message.params if message.params else forms[language]
