"""What is read from a text, what is refused, and that every refusal is one line with file, line and key."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualdegree.core.audit.case.reading import read_case
from dualdegree.core.source.reading import MOST_BYTES, SourceError, read


def words(text):
    return read(text, "file").node


def refusal(text):
    with pytest.raises(SourceError) as caught:
        read(text, "file")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_scalars_stay_the_words_that_were_written():
    entries = read("code: 0123\nanswer: no\non: 2026-09-01\nbig: 1e5\nnothing:\nhan: 㛃𬭸䶮", "file").entries()

    assert {key: place.words() for key, place in entries.items()} == {
        "code": "0123",
        "answer": "no",
        "on": "2026-09-01",
        "big": "1e5",
        "nothing": "",
        "han": "㛃𬭸䶮",
    }


def test_a_json_number_equals_its_text():
    number = read('{"at_least": 2}', "file").entry("at_least")
    text = read('{"at_least": "2"}', "file").entry("at_least")

    assert number.number() == text.number() == 2


def test_json_may_have_tabs_escapes_and_characters_in_two_halves():
    tree = read('{\n\t"name"\n\t: "\\ud873\\udef8 \\/ \\u00e9"}', "file")

    assert tree.entry("name").words() == "𬻸 / é"
    assert tree.entry("name").line == 2


def test_every_key_and_element_knows_its_line():
    top = read("a:\n  - x\n  - b: 1\n    c: 2\n", "file")

    assert [place.line for place in top.entry("a").each()] == [2, 3]
    assert top.entry("a").each()[1].entry("c").line == 4
    assert top.entry("a").each()[1].entry("c").path == "a[1].c"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "file:1: the text is empty"),
        ("# nothing\n", "file:1: the text is empty"),
        ("a: 1\nb: 2\na: 3", "file:3: a: this key stands here twice; keep one"),
        ('{"a": 1,\n"a": 2}', "file:2: a: this key stands here twice; keep one"),
        ("a: &x 1\nb: *x", "file:1: a: anchors and aliases (& and *) are not read; write the value out"),
        ("a: !!python/name:os.system", "file:1: a: tags (!) are not read; write the value alone"),
        ("a: 1\n---\nb: 2", "file:2: a second document begins here; write one file for each"),
        ("? [a]\n: b", "file:1: a key must be a single text, without anchor or tag"),
        ("a: x\x07", "file:1: a control character stands here; remove it"),
        ('a:\n b: "\\x07"', "file:2: a.b: a control character, or half of one character, is written here as an escape"),
        ('{"a": "\\ud86c"}', "file:1: a: a control character, or half of one character, is written here as an escape"),
        (b"a: 1\nb: \xff", "file:2: the file is not text in UTF-8; save it as UTF-8"),
        ("a: [1,\n2\nb: c", "file:3: a: this is not YAML: "),
        ("x" * (MOST_BYTES + 1), "file: the text is longer than 5000000 bytes; split it"),
        ("- \n" * 200_001, "file:200000: [199999]: the text has more than 200000 values; split it"),
    ],
    ids=lambda value: ascii(value[:20]),
)
def test_what_is_unclear_or_too_much_is_refused_with_its_place(text, said):
    assert refusal(text).startswith(said)


@pytest.mark.parametrize(
    "text",
    ["[" * 4_000_000, '{"a":' * 100_000, "- " * 100_000, "{a: " * 100_000, "? " * 100_000],
    ids=lambda text: text[:5],
)
def test_no_depth_costs_more_than_a_refusal(text):
    assert refusal(text)


def test_an_alias_bomb_is_refused_at_its_first_anchor():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )

    assert refusal(bomb).startswith("file:1: a: anchors and aliases")


CASE = """degrees:
  - id: upv
    institution: upv.es
    requirements: {id: root, kind: all, parts: [{id: core, kind: credits, at_least: "6", select: {tag: [core]}}]}
record:
  - {id: a1, institution: upv.es, course: C1, credits: "3", status: passed, grade: "7", term: "2026-1", tags: [core]}
"""


@given(st.integers(0, len(CASE)), st.integers(0, 12), st.text(max_size=12))
def test_a_damaged_case_is_a_case_or_one_line(at, gone, put):
    _read_or_one_line(CASE[:at] + put + CASE[at + gone :])


@given(st.one_of(st.text(), st.binary()))
def test_any_text_is_a_case_or_one_line(text):
    _read_or_one_line(text)


PLAIN = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["1e999", "9" * 50])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
)
PATHS = st.sampled_from(
    [
        ("include",), ("agreement",), ("degrees",), ("degrees", 0), ("degrees", 0, "requirements"), ("degrees", 0, "limits"),
        ("degrees", 0, "requirements", "parts", 0), ("degrees", 0, "requirements", "parts", 0, "select"),
        ("degrees", 0, "requirements", "parts", 0, "at_least"), ("record",), ("record", 0), ("record", 0, "credits"),
        ("record", 0, "grade"), ("recognitions",), ("milestones",), ("exceptions",), ("previous",), ("conferred",), ("title",),
    ]
)  # fmt: skip


@given(PATHS, PLAIN)
def test_a_case_with_anything_anywhere_is_a_case_or_one_line(path, value):
    case = json.loads(json.dumps(_PLAIN_CASE))
    spot = case
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = value

    _read_or_one_line(json.dumps(case))


_PLAIN_CASE = {
    "degrees": [
        {
            "id": "upv",
            "institution": "upv.es",
            "requirements": {
                "id": "root",
                "kind": "all",
                "parts": [{"id": "core", "kind": "credits", "at_least": 6, "select": {"tag": ["core"]}}],
            },
        }
    ],
    "record": [{"id": "a1", "institution": "upv.es", "course": "C1", "credits": 3, "status": "passed"}],
}


def _read_or_one_line(text):
    said = ""
    try:
        read_case(text, "file")
    except SourceError as error:
        said = str(error)

    assert not said or said.startswith("file")
    assert len(said.splitlines()) <= 1
