"""Is the PDF file what a registrar would hand out: complete, within its boxes, searchable, the same every time?"""

import datetime as dt
import re
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import combinations

import pikepdf
import pytest

from dualdegree.core.transcript import MissingForms, RequirementsMet
from dualdegree.transcript.formats import FORMATS
from dualdegree.transcript.formats.pdf import NoGlyph, laid_out, render
from dualdegree.transcript.formats.pdf.drawing import styles
from dualdegree.transcript.formats.pdf.drawing.marks import MarkRole, Run
from dualdegree.transcript.formats.words import DocumentWords
from tests.transcript import samples
from tests.transcript.wording import translate

PAIRS = (("zh_Hans", "en"), ("es", "en"), ("zh_Hans", "es"))
ZH_EN = PAIRS[0]

TOTALS = {"Total taken at this institution", "Total cursado en esta institución", "在本校修读合计"}

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not here")
needs_qpdf = pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not here")


def layout(document):
    return laid_out(document, DocumentWords(languages=document.issue.languages, translate=translate))


@cache
def official_layout(languages, courses):
    return layout(samples.official(languages, courses))


@cache
def printed(languages, courses):
    return render(samples.official(languages, courses), languages, translate)


@cache
def pages_as_text(languages, courses):
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=printed(languages, courses), capture_output=True, check=True
    )
    return done.stdout.decode().split("\f")[:-1]


def runs(page):
    return [mark for mark in page if isinstance(mark, Run) and not mark.angle]


def first_total(page):
    return next(at for at, text in enumerate(page) if text in TOTALS)


def words(pages):
    return [run.text for page in pages for run in runs(page) if run.role is not MarkRole.ARTIFACT]


def box(run):
    return (run.x, run.y - 0.75 * run.style.size, run.x + run.width, run.y + 0.1 * run.style.size)


def overlap(box, other):
    # A hundredth of a point is the dust of adding floats, not ink upon ink.
    across = min(box[2], other[2]) - max(box[0], other[0])
    down = min(box[3], other[3]) - max(box[1], other[1])
    return across > 0.01 and down > 0.01


def with_title(document, text):
    first, *others = document.content.courses
    content = replace(document.content, courses=(replace(first, title=text), *others), recognitions=())
    return replace(document, content=content)


def with_degree(document, **changes):
    content = document.content
    degrees = (replace(content.degrees[0], **changes), *content.degrees[1:])
    return replace(document, content=replace(content, degrees=degrees))


def with_holder(document, **changes):
    content = document.content
    return replace(document, content=replace(content, holder=replace(content.holder, **changes)))


@pytest.mark.parametrize("courses", [25, 66])
@pytest.mark.parametrize("languages", PAIRS)
def test_every_text_is_within_the_page(languages, courses):
    for page in official_layout(languages, courses):
        for run in runs(page):
            left, top, right, bottom = box(run)
            assert left >= styles.SIDE - 0.01, run.text
            assert right <= styles.PAGE_WIDTH - styles.SIDE + 0.01, run.text
            assert top >= 15, run.text
            assert bottom <= styles.PAGE_HEIGHT - 15, run.text


@pytest.mark.parametrize("courses", [25, 66])
@pytest.mark.parametrize("languages", PAIRS)
def test_no_text_runs_over_another(languages, courses):
    for page in official_layout(languages, courses):
        for run, other in combinations(runs(page), 2):
            assert not overlap(box(run), box(other)), (run.text, other.text)


def test_long_names_and_titles_stay_in_their_boxes():
    long = (
        "Máster Universitario en Inteligencia Artificial, Reconocimiento de Formas, Imagen Digital y Robótica Aplicada "
        * 2
    )
    document = with_holder(
        samples.official(("es", "en")),
        family_name="Fernández de Córdoba-Martínez de Irujo y Núñez-Peiró i Col·lel",
        given_names="María de los Desamparados Inmaculada Concepción",
    )
    degrees = tuple(replace(degree, award={"es": long, "en": long + "."}) for degree in document.content.degrees)
    document = replace(document, content=replace(document.content, degrees=degrees))

    for page in layout(document):
        assert all(box(run)[2] <= styles.PAGE_WIDTH - styles.SIDE + 0.01 for run in runs(page))
        assert not any(overlap(box(run), box(other)) for run, other in combinations(runs(page), 2))


def test_each_course_is_listed_once_and_named_again_only_where_it_was_recognised():
    content = samples.content(66)

    texts = words(official_layout(ZH_EN, 66))

    for course in content.courses:
        assert texts.count(course.code) == 1 + sum(
            part.code == course.code for recognition in content.recognitions for part in recognition.sources
        )


def test_a_table_that_goes_on_repeats_its_head_as_an_artifact():
    second = official_layout(ZH_EN, 66)[1]

    heads = [run for run in runs(second) if run.text == "Course"]

    assert [run.role for run in heads[:1]] == [MarkRole.ARTIFACT]


@pytest.mark.parametrize("languages", PAIRS)
def test_a_total_stands_on_the_page_of_the_last_course_that_it_adds(languages):
    apart = []
    for courses in range(20, 61):
        document = samples.official(languages, courses)
        pages = [[run.text for run in runs(page)] for page in layout(document)]
        codes = {course.code for course in document.content.courses}
        apart += [courses for page in pages if TOTALS & {*page} and not codes & {*page[: first_total(page)]}]

    assert apart == []


def test_sums_leave_out_what_was_failed_or_taken_again():
    texts = words(official_layout(ZH_EN, 25))

    total = texts.index("Total taken at this institution")

    assert texts[total + 1 : total + 3] == ["20", "50"]
    assert "Failed" in texts
    assert "Not counted: another attempt stands" in texts


def test_a_date_of_award_stands_only_where_one_is_recorded():
    texts = words(official_layout(ZH_EN, 25))

    assert texts.count("Requirements met on") == 2
    assert texts.count("Degree awarded on") == 1
    assert "2026-07-10" in texts


@pytest.mark.parametrize(
    ("met", "label", "value"),
    [
        (RequirementsMet(on=dt.date(2026, 6, 30)), "Requirements met on", "2026-06-30"),
        (RequirementsMet(on=dt.date(2026, 6, 30), or_earlier=True), "Requirements met no later than", "2026-06-30"),
        (None, "Requirements met on a day that is not known", "–"),
    ],
)
def test_the_day_on_which_the_requirements_were_met_says_no_more_than_is_known(met, label, value):
    texts = words(layout(with_degree(samples.official(), requirements_met=met)))

    assert label in texts
    assert value in texts


def test_nothing_is_said_of_the_day_while_the_requirements_are_not_met():
    document = samples.unofficial()
    degrees = tuple(replace(degree, met=False, requirements_met=None) for degree in document.content.degrees)

    texts = words(layout(replace(document, content=replace(document.content, degrees=degrees))))

    assert not any(text.startswith("Requirements met") for text in texts)


@pytest.mark.parametrize("number", [0, 1])
def test_the_figures_that_are_not_in_brackets_add_up_to_the_total_of_their_table(number):
    institution = samples.content(66).institutions[number]
    sat = [course for course in samples.content(66).courses if course.institution == institution.id]

    texts = words(official_layout(ZH_EN, 66))

    added = [texts[texts.index(course.code) + 1 :] for course in sat]
    figures = [next(text for text in row if re.fullmatch(r"\(?[\d.]+\)?", text)) for row in added]
    total = [at for at, text in enumerate(texts) if text == "Total taken at this institution"][number]
    assert sum(Decimal(text) for text in figures if not text.startswith("(")) == Decimal(texts[total + 1])
    assert any(text.startswith("(") for text in figures)


def test_what_was_taken_and_what_is_recognised_stand_above_the_total_that_they_make():
    texts = words(official_layout(ZH_EN, 25))

    at = texts.index("Counted of courses taken here")

    assert [text for text in texts[at : at + 8] if re.fullmatch(r"[\d.]+", text)][:3] == ["36.5", "2", "38.5"]


def test_no_key_of_the_system_is_printed():
    content = samples.content(66)
    keys = {content.degrees[0].id, content.degrees[1].id, *(row.id for row in content.recognitions)}
    keys |= {institution.id for institution in content.institutions}

    printed_words = " ".join(words(official_layout(ZH_EN, 66)))

    assert not [key for key in keys if key in printed_words]


def test_a_thing_said_alike_in_both_languages_is_printed_once():
    texts = words(official_layout(("es", "en"), 25))

    assert texts.count("Hangzhou, China") == 1


@pytest.mark.parametrize("languages", PAIRS)
def test_labels_stand_in_both_languages_of_the_document_and_in_no_other(languages):
    texts = words(official_layout(languages, 25))

    forms = {"zh_Hans": "联合成绩单", "en": "Joint transcript of records", "es": "Certificado académico conjunto"}

    assert {language for language, form in forms.items() if form in texts} == set(languages)


def test_every_run_that_is_read_knows_its_language_or_has_none():
    pages = official_layout(ZH_EN, 25)

    languages = {run.text: run.language for page in pages for run in runs(page) if run.role is not MarkRole.ARTIFACT}

    assert languages["联合成绩单"] == "zh_Hans"
    assert languages["Joint transcript of records"] == "en"
    assert languages["DX060000"] is None


@needs_pdftotext
@pytest.mark.parametrize("languages", PAIRS)
def test_names_can_be_copied_and_searched(languages):
    text = "".join(pages_as_text(languages, 25))

    assert "㛃𬭸䶮" in text
    assert "Núñez-Peiró i Col·lel, Aitana Mª dels Àngels" in text
    assert "𬱖" in text


@needs_pdftotext
def test_every_han_character_of_the_record_comes_back():
    text = "".join(pages_as_text(ZH_EN, 66))

    titles = "".join(course.title["zh_Hans"] for course in samples.content(66).courses)

    assert set(titles) <= set(text)
    assert "\ufffd" not in text
    assert "\x00" not in text


@needs_pdftotext
def test_every_page_bears_serial_holder_number_and_address():
    pages = pages_as_text(("es", "en"), 66)

    for number, page in enumerate(pages, start=1):
        assert "BU-2026-000123" in page
        assert "㛃𬭸䶮" in page
        assert f"{number} / {len(pages)}" in page
        assert "https://verify.example.org/v/K7QM-2FXR-9TDW" in page


@needs_pdftotext
def test_every_page_of_a_demonstration_says_specimen_in_every_language():
    for page in pages_as_text(("es", "en"), 66):
        assert "样张 · SPECIMEN · MUESTRA" in page


def test_every_page_of_an_unofficial_transcript_says_so_before_and_behind_the_text():
    document = samples.real(samples.unofficial(("es", "en"), 66))

    for page in layout(document):
        assert [mark.text for mark in page if isinstance(mark, Run) and mark.angle] == [
            "非正式",
            "UNOFFICIAL",
            "NO OFICIAL",
        ]
        assert [run.text for run in runs(page) if run.role is MarkRole.NOTE][:3] == [
            "非正式",
            "UNOFFICIAL",
            "NO OFICIAL",
        ]


def test_an_unofficial_transcript_has_neither_serial_nor_code_nor_signature():
    texts = words(layout(samples.unofficial()))

    assert "Serial number" not in texts
    assert "Verification code" not in texts
    assert "Signed off on" not in texts
    assert not any("signed" in text.lower() for text in texts)
    assert texts[texts.index("End of transcript") + 1] == "本文件仅供参考,不具证明效力。"


def test_a_document_of_two_real_institutions_bears_no_mark_behind_its_text():
    for page in layout(samples.real(samples.official())):
        assert not any(isinstance(mark, Run) and mark.angle for mark in page)


def test_a_title_without_an_approved_form_stops_the_official_document():
    document = with_title(samples.official(), {"en": "Game Engines"})

    with pytest.raises(MissingForms, match=r"DX060000 of buaa.edu.cn has no approved form in Chinese"):
        render(document, ZH_EN, translate)


def test_an_unofficial_document_shows_where_a_form_is_missing():
    document = with_title(samples.unofficial(), {"en": "Game Engines"})

    texts = words(layout(document))

    assert texts[texts.index("Game Engines") - 1] == "〔无核准译名〕"


def test_a_character_that_no_typeface_has_stops_the_document():
    with pytest.raises(NoGlyph, match=r"U\+12000"):
        render(with_holder(samples.official(), han_name="李𒀀"), ZH_EN, translate)


def test_a_holder_without_a_han_name_is_printed_as_in_the_passport():
    texts = words(layout(with_holder(samples.official(), han_name=None)))

    assert "Name in Chinese" not in texts
    assert "Núñez-Peiró i Col·lel, Aitana Mª dels Àngels" in texts


def test_a_document_is_printed_in_its_own_two_languages_only():
    with pytest.raises(ValueError, match="cannot be printed"):
        render(samples.official(ZH_EN), ("es", "en"), translate)


def test_the_same_transcript_gives_the_same_bytes():
    again = render(samples.official(ZH_EN, 25), ZH_EN, translate)

    assert again == printed(ZH_EN, 25)


def test_the_file_says_what_it_is_when_it_was_issued_and_in_which_language():
    with pikepdf.open(BytesIO(printed(("zh_Hans", "es"), 25))) as file:
        assert str(file.docinfo["/Title"]) == "联合成绩单 / Certificado académico conjunto"
        assert str(file.docinfo["/Subject"]) == "BU-2026-000123"
        assert str(file.docinfo["/CreationDate"]) == "D:20261123000000Z"
        assert str(file.docinfo["/ModDate"]) == "D:20261123000000Z"
        assert str(file.Root.Lang) == "zh-Hans"


def test_every_typeface_of_the_file_is_embedded():
    with pikepdf.open(BytesIO(printed(ZH_EN, 25))) as file:
        fonts = [font for page in file.pages for font in page.Resources.Font.values()]

        assert fonts
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)


@needs_qpdf
@pytest.mark.parametrize("languages", PAIRS)
def test_the_file_is_sound(languages, tmp_path):
    path = tmp_path / "transcript.pdf"
    path.write_bytes(printed(languages, 66))

    done = subprocess.run(["qpdf", "--check", path], capture_output=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("key", FORMATS)
@pytest.mark.parametrize("languages", PAIRS)
def test_every_format_is_made_in_every_pair_of_languages(key, languages):
    form = FORMATS[key]

    assert form.render(samples.official(languages, 3), languages, translate)
    assert re.fullmatch(r"\.[a-z]+", form.extension)
    assert "/" in form.media_type


def luminance(colour):
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", [(1, 1, 1), styles.TINT, styles.GHOST])
@pytest.mark.parametrize("ink", [styles.INK, styles.NAVY, styles.MUTED, styles.ALERT])
def test_text_stands_out_from_any_ground_it_has(ink, ground):
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5
