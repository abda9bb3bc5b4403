"""Which transcripts do the tests print? One holder with two degrees, and as many courses as a test asks for."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from dualdegree.core.audit.facts import Status
from dualdegree.core.transcript import (
    Content,
    CreditSum,
    DocumentKind,
    GradeScale,
    GradeStep,
    Holder,
    Issue,
    Listing,
    Mean,
    PrintedRecognition,
    PrintedSharing,
    RecognitionPart,
    RegisterEntry,
    RequirementsMet,
    Signer,
    StudentNumber,
    Transcript,
    TranscriptCourse,
    TranscriptDegree,
    TranscriptInstitution,
)

BUAA = TranscriptInstitution(
    id="buaa.edu.cn",
    name={"zh_Hans": "北京航空航天大学", "en": "Beihang University", "es": "Universidad de Beihang"},
    country="CN",
    place={"zh_Hans": "中国杭州", "en": "Hangzhou, China", "es": "Hangzhou, China"},
    office={"zh_Hans": "研究生院", "en": "Graduate School", "es": "Escuela de Posgrado"},
    unit={"zh_Hans": "学分", "en": "credits", "es": "créditos"},
    demonstration=True,
)
UPV = TranscriptInstitution(
    id="upv.es",
    name={
        "zh_Hans": "瓦伦西亚理工大学",
        "en": "Universitat Politècnica de València",
        "es": "Universitat Politècnica de València",
    },
    country="ES",
    place={"zh_Hans": "西班牙瓦伦西亚", "en": "València, Spain", "es": "València, España"},
    office={"zh_Hans": "学生事务处", "en": "Student Administration", "es": "Servicio de Alumnado"},
    unit={"zh_Hans": "ECTS 学分", "en": "ECTS credits", "es": "créditos ECTS"},
    demonstration=True,
)
HOLDER = Holder(
    family_name="Núñez-Peiró i Col·lel",
    given_names="Aitana Mª dels Àngels",
    han_name="㛃𬭸䶮",
    birth_date=dt.date(2001, 3, 14),
    nationality="ES",
    numbers=(
        StudentNumber(institution="buaa.edu.cn", number="ZY2406101"),
        StudentNumber(institution="upv.es", number="24110087"),
    ),
)
DEGREES = (
    TranscriptDegree(
        id="buaa-ai",
        institution="buaa.edu.cn",
        award={
            "zh_Hans": "电子信息硕士(人工智能)专业学位",
            "en": "Master of Electronic Information (Artificial Intelligence)",
            "es": "Máster en Información Electrónica (Inteligencia Artificial)",
        },
        admission_term="2024-1",
        curriculum="2024",
        met=True,
        requirements_met=RequirementsMet(on=dt.date(2026, 6, 30)),
        taken=CreditSum(credits=Decimal("36.5"), ects=Decimal(115)),
        recognised=CreditSum(credits=Decimal(2), ects=Decimal(5)),
        awarded_on=dt.date(2026, 7, 10),
        total=Decimal("38.5"),
        ects=Decimal(120),
        mean=Mean(
            value=Decimal("86.25"),
            method={
                "zh_Hans": "按学分加权的百分制平均分,不含通过/不通过课程",
                "en": "Credit-weighted mean on the 100-point scale, without pass/fail courses",
                "es": "Media ponderada por créditos en la escala de 100, sin asignaturas de apto/no apto",
            },
        ),
    ),
    TranscriptDegree(
        id="upv-ai",
        institution="upv.es",
        award={
            "zh_Hans": "人工智能、模式识别与数字图像大学硕士学位",
            "en": "University Master's Degree in Artificial Intelligence, Pattern Recognition and Digital Imaging",
            "es": "Máster Universitario en Inteligencia Artificial, Reconocimiento de Formas e Imagen Digital",
        },
        admission_term="2025-1",
        curriculum="2024",
        met=True,
        requirements_met=RequirementsMet(on=dt.date(2026, 7, 1)),
        taken=CreditSum(credits=Decimal(105), ects=Decimal(105)),
        recognised=CreditSum(credits=Decimal(15), ects=Decimal(15)),
        total=Decimal(120),
        ects=Decimal(120),
        mean=Mean(
            value=Decimal("8.71"),
            method={
                "zh_Hans": "按学分加权的平均分(0–10),RD 1125/2003 第 5.3 条",
                "en": "Credit-weighted mean, 0–10 (RD 1125/2003, art. 5.3)",
                "es": "Media ponderada por créditos, 0–10 (RD 1125/2003, art. 5.3)",
            },
        ),
    ),
)
TITLES = (
    ("矩阵理论与应用I", "Matrix Theory and Applications I", "Teoría de Matrices y Aplicaciones I"),
    ("机器学习", "Machine Learning", "Aprendizaje Automático"),
    (
        "中国式现代化的理论与实践",
        "Theory and Practice of Chinese Modernization",
        "Teoría y Práctica de la Modernización China",
    ),
    (
        "航天信息技术前沿与智能感知系统综合设计实践",
        "Frontiers of Aerospace Information Technology and Integrated Design of Intelligent Sensing Systems",
        "Fronteras de las Tecnologías de la Información Aeroespacial y Diseño Integrado de Sistemas Inteligentes",
    ),
    ("计算机视觉", "Computer Vision", "Visión por Computador"),
    ("自动语音识别", "Automatic Speech Recognition", "Reconocimiento Automático del Habla"),
    ("机器翻译", "Machine Translation", "Traducción Automática"),
    ("工程伦理", "Engineering Ethics", "Ética de la Ingeniería"),
    ("虚拟与增强现实", "Virtual and Augmented Reality", "Realidad Virtual y Aumentada"),
    ("人工神经网络", "Artificial Neural Networks", "Redes Neuronales Artificiales"),
)
"""Chinese, English, Spanish."""
YEARS = ("2024-1", "2024-2", "2025-1", "2025-2")


def titled(number: int) -> dict[str, str]:
    """A course's title in three languages."""
    chinese, english, spanish = TITLES[number % len(TITLES)]
    return {"zh_Hans": chinese, "en": english, "es": spanish}


def course(number: int, count: int) -> TranscriptCourse:
    """The first half at Beihang, the second at UPV; every eleventh failed, the one after it taken again."""
    chinese = number < count // 2
    return TranscriptCourse(
        institution="buaa.edu.cn" if chinese else "upv.es",
        code=f"DX06{number:04}" if chinese else f"39{number:03}",
        title=titled(number),
        term=YEARS[number * 2 // count * 2 + number % 2],
        credits=Decimal(2 if chinese else "4.5"),
        ects=Decimal(5 if chinese else "4.5"),
        grade=str(75 + number % 20 - 30 * (number % 11 == 7)) if chinese else f"{7 + number % 3}.{number % 10} NT",
        converted=f"{7 + number % 3}.{number % 10}" if chinese else str(75 + number % 20),
        status=Status.FAILED if number % 11 == 7 else Status.PASSED,
        stands=number % 11 != 8,
        recognised=number % 3 == 0,
    )


def part(number: int, count: int) -> RecognitionPart:
    sat = course(number, count)
    return RecognitionPart(code=sat.code, title=sat.title, credits=sat.credits)


def granted(code: str, number: int, worth: str) -> RecognitionPart:
    return RecognitionPart(code=code, title=titled(number), credits=Decimal(worth))


DECISION = {"zh_Hans": "对照表，2024 版", "en": "Equivalences, version 2024", "es": "Equivalencias, versión 2024"}


def recognitions(count: int) -> tuple[PrintedRecognition, ...]:
    last = count - 1
    return (
        PrintedRecognition(
            id="matrix-optimisation",
            degree="upv-ai",
            sources=(part(0, count), part(3, count)),
            targets=(granted("39006", 1, "6"),),
            grade="8.7",
            decision=DECISION,
        ),
        PrintedRecognition(
            id="vision",
            degree="upv-ai",
            sources=(part(6, count),),
            targets=(granted("39111", 4, "4.5"), granted("39112", 3, "4.5")),
            grade="9.1",
            decision=DECISION,
        ),
        PrintedRecognition(
            id="speech",
            degree="buaa-ai",
            sources=(part(last, count),),
            targets=(granted("DX062007", 5, "2"),),
            decision=DECISION,
        ),
    )


def steps(lines: tuple[tuple[str, str, str, str, str, str], ...]) -> tuple[GradeStep, ...]:
    return tuple(
        GradeStep(
            label=label,
            range=range_,
            meaning={"zh_Hans": chinese, "en": english, "es": spanish},
            share=Decimal(share) if share else None,
        )
        for label, range_, chinese, english, spanish, share in lines
    )


SCALES = (
    GradeScale(
        institution="buaa.edu.cn",
        name={"zh_Hans": "百分制,60 分及格", "en": "100-point scale, pass mark 60", "es": "Escala de 100, aprobado 60"},
        steps=steps(
            (
                ("优 A", "90–100", "优秀", "Excellent", "Excelente", "21.5"),
                ("良 B", "80–89", "良好", "Good", "Bueno", "46"),
                ("中 C", "70–79", "中等", "Average", "Medio", "25.3"),
                ("及格 P", "60–69", "及格", "Pass", "Aprobado", "7.2"),
                ("不及格 F", "0–59", "不及格", "Fail", "Suspenso", ""),
            )
        ),
        distribution_of={
            "zh_Hans": "硕士,ISCED 0714,2024–2026",
            "en": "Master's, ISCED 0714, 2024–2026",
            "es": "Máster, CINE 0714, 2024–2026",
        },
    ),
    GradeScale(
        institution="upv.es",
        name={"zh_Hans": "0–10 分制", "en": "0–10, one decimal", "es": "0–10, un decimal"},
        steps=steps(
            (
                ("MH", "9.0–10", "荣誉", "Distinction", "Matrícula de Honor", ""),
                ("SB", "9.0–10", "优秀", "Excellent", "Sobresaliente", ""),
                ("NT", "7.0–8.9", "良好", "Very good", "Notable", ""),
                ("AP", "5.0–6.9", "及格", "Pass", "Aprobado", ""),
                ("SS", "0–4.9", "不及格", "Fail", "Suspenso", ""),
            )
        ),
    ),
)


def content(courses: int = 25) -> Content:
    """What the transcript says, with so many courses."""
    return Content(
        programme={
            "zh_Hans": "人工智能领域双硕士学位项目",
            "en": "Double master's degree in artificial intelligence",
            "es": "Doble máster en inteligencia artificial",
        },
        agreement={
            "zh_Hans": "两校人工智能双学位合作协议",
            "en": "Agreement on two degrees in artificial intelligence",
            "es": "Convenio de doble titulación en inteligencia artificial",
        },
        agreement_version="2024",
        equivalences={
            "zh_Hans": "课程学分认定对照表",
            "en": "Recognition of courses",
            "es": "Reconocimiento de asignaturas",
        },
        institutions=(BUAA, UPV),
        holder=HOLDER,
        degrees=DEGREES,
        courses=tuple(course(number, courses) for number in range(courses)),
        register_entries=(
            RegisterEntry(
                institution="upv.es",
                code="39999",
                title=titled(7),
                term="2024-1",
                credits=Decimal(6),
                listing=Listing.TRANSFERRED,
            ),
        ),
        recognitions=recognitions(max(courses, 10)),
        scales=SCALES,
        credit_legend=(
            {
                "zh_Hans": "北航 1 学分对应 16 学时,每学时 45 分钟。",
                "en": "One Beihang credit is 16 class hours of 45 minutes.",
                "es": "Un crédito de Beihang son 16 horas lectivas de 45 minutos.",
            },
        ),
        shared=PrintedSharing(ects=Decimal("45.5"), at_most=Decimal(54)),
    )


def issue(languages: tuple[str, str] = ("zh_Hans", "en")) -> Issue:
    """An official issue, signed by both."""
    return Issue(
        kind=DocumentKind.OFFICIAL,
        issued_on=dt.date(2026, 11, 23),
        languages=languages,
        serial="BU-2026-000123",
        code="K7QM-2FXR-9TDW",
        verify_url="https://verify.example.org/v/K7QM-2FXR-9TDW",
        signers=(
            Signer(
                institution="buaa.edu.cn",
                name="吕晓𬱖 LYU Xiaowei",
                office=BUAA.office,
                signed_on=dt.date(2026, 11, 20),
            ),
            Signer(
                institution="upv.es",
                name="Begoña Ibáñez i Güell",
                office=UPV.office,
                signed_on=dt.date(2026, 11, 21),
                certificate="SHA-256 9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08",
            ),
        ),
    )


def official(languages: tuple[str, str] = ("zh_Hans", "en"), courses: int = 25) -> Transcript:
    """A document of two demonstration institutions."""
    return Transcript(content=content(courses), issue=issue(languages))


def unofficial(languages: tuple[str, str] = ("zh_Hans", "en"), courses: int = 25) -> Transcript:
    """The same before it is issued."""
    plain = Issue(kind=DocumentKind.UNOFFICIAL, issued_on=dt.date(2026, 11, 23), languages=languages)
    return Transcript(content=content(courses), issue=plain)


def real(document: Transcript) -> Transcript:
    """The document as of two institutions that are no demonstration."""
    institutions = tuple(replace(institution, demonstration=False) for institution in document.content.institutions)
    return replace(document, content=replace(document.content, institutions=institutions))
