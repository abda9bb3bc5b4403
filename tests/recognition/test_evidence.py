"""Syllabi as evidence: PDF by content and size, kept once under their digest, read by whom they concern."""

import pikepdf
import pytest
import sqlalchemy as sa

from dualdegree.accounts.service import actor_of
from dualdegree.core.policy import NotAllowed, Permission, may, operator
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.events import history
from dualdegree.recognition.evidence import service as evidence
from dualdegree.recognition.evidence.examining import NoEvidence, pages_of
from dualdegree.recognition.evidence.service import Handed, Store
from dualdegree.recognition.models import EvidenceFile
from tests.people import NOW, person
from tests.programmes.papers import NORTH, SOUTH
from tests.recognition.syllabi import PICTURE, pdf

MEGABYTE = 1024 * 1024


@pytest.fixture
def store(tmp_path):
    return Store(folder=tmp_path / "evidence", most_bytes=MEGABYTE)


def handed(content, name="syllabus.pdf", institution=NORTH, student=None):
    return Handed(institution=institution, name=name, content=content, student=student)


def test_a_sound_pdf_tells_its_pages():
    assert pages_of(pdf(3), most_bytes=MEGABYTE) == 3


LOCKED = pdf(encryption=pikepdf.Encryption(owner="o", user="u"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (pdf() + b"%" * (2 * MEGABYTE), "has 3 MB and at most 1 MB"),
        (PICTURE, "no PDF, whatever it is called"),
        (b"\n" + pdf(), "no PDF"),
        (b"%PDF-1.7\n" + PICTURE, "damaged"),
        (pdf()[:-200], "damaged"),
        (b"%PDF-1.7\n" + b"[" * 100_000, "damaged"),
        (pdf(0), "no pages"),
        (LOCKED, "password"),
    ],
    ids=[
        "empty",
        "large",
        "picture",
        "late header",
        "picture with a header",
        "cut off",
        "nested",
        "no pages",
        "locked",
    ],
)
def test_what_is_no_sound_pdf_is_refused_with_the_remedy(content, says):
    with pytest.raises(NoEvidence, match=says):
        pages_of(content, most_bytes=MEGABYTE)


def test_a_file_is_kept_once_under_its_digest_for_its_owner_alone_to_read_on_the_disk(graduates, store):
    north, content = graduates.actor("north"), pdf()

    first = evidence.keep(graduates.session, north, store, handed(content), at=NOW)
    again = evidence.keep(graduates.session, north, store, handed(content, "another.pdf"), at=NOW)

    assert again is first
    assert store.read(first.sha256) == content
    (kept,) = store.folder.rglob("*.pdf")
    assert (kept.name, kept.stat().st_mode & 0o777) == (f"{first.sha256}.pdf", 0o600)
    assert [event.act for event in history(graduates.session, first.subject)] == ["evidence kept"]


def test_the_same_bytes_may_speak_for_several_courses_and_students(graduates, store):
    session, north, student = graduates.session, graduates.actor("north"), graduates.student()
    mei = graduates.actor("mei")

    of_north = evidence.keep(session, north, store, handed(pdf()), at=NOW)
    of_south = evidence.keep(session, graduates.actor("south"), store, handed(pdf(), institution=SOUTH), at=NOW)
    of_mei = evidence.keep(session, mei, store, handed(pdf(), student=student), at=NOW)

    assert len({of_north.id, of_south.id, of_mei.id}) == 3
    assert len(list(store.folder.rglob("*.pdf"))) == 1
    assert evidence.by_digest(session, [NORTH], [of_north.sha256, "0" * 64]) == {of_north.sha256: of_north}
    assert evidence.about_student(session, student) == [of_mei]
    assert session.scalars(evidence.files_of(NORTH)).all() == [of_north]


def test_a_refused_file_leaves_nothing_behind(graduates, store):
    with pytest.raises(NoEvidence):
        evidence.keep(graduates.session, graduates.actor("north"), store, handed(PICTURE), at=NOW)

    assert graduates.session.scalar(sa.select(sa.func.count(EvidenceFile.id))) == 0
    assert not store.folder.exists()


def test_only_staff_keep_syllabi_and_only_who_serves_a_student_hands_in_about_them(graduates, store):
    session, student = graduates.session, graduates.student()

    for who, what in (
        ("mei", handed(pdf())),
        ("south", handed(pdf())),
        ("ines", handed(pdf(), student=student)),
        ("elsewhere", handed(pdf(), student=student)),
    ):
        with pytest.raises(NotAllowed):
            evidence.keep(session, graduates.actor(who), store, what, at=NOW)
    with pytest.raises(Refusal, match="sign in"):
        evidence.keep(session, operator(NORTH), store, handed(pdf()), at=NOW)


def test_partners_read_a_syllabus_and_only_who_serves_the_student_reads_theirs(graduates, store):
    session, student = graduates.session, graduates.student()
    syllabus = evidence.keep(session, graduates.actor("north"), store, handed(pdf()), at=NOW)
    paper = evidence.keep(session, graduates.actor("mei"), store, handed(pdf(), student=student), at=NOW)
    teacher = actor_of(person(session, "teacher@people.example", ("advisor", SOUTH)))

    def readers(file):
        subject = evidence.subject_of(session, file)
        actors = {who: graduates.actor(who) for who in ("north", "south", "elsewhere", "mei", "ines")}
        return {
            who for who, actor in {**actors, "teacher": teacher}.items() if may(actor, Permission.SEE_EVIDENCE, subject)
        }

    assert readers(syllabus) == {"north", "south", "teacher"}
    assert readers(paper) == {"north", "south", "mei"}, "an advisor reads papers of advisees alone"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ana\\Guía docente.PDF", "Guía docente.pdf"),
        ("a\r\nContent-Type: text/html.pdf", "html.pdf"),
        ("课程大纲.pdf", "课程大纲.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("", "evidence.pdf"),
        ("..pdf", "evidence.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(graduates, store, given, kept):
    file = evidence.keep(graduates.session, graduates.actor("north"), store, handed(pdf(), given), at=NOW)

    assert file.name == kept


def test_bytes_that_were_altered_or_lost_are_never_handed_out(graduates, store):
    file = evidence.keep(graduates.session, graduates.actor("north"), store, handed(pdf()), at=NOW)

    store.path(file.sha256).write_bytes(pdf(2))
    with pytest.raises(Absent, match="evidence folder"):
        store.read(file.sha256)
    assert evidence.lost(graduates.session, store) == [file.id]
    store.path(file.sha256).unlink()
    with pytest.raises(Absent):
        store.read(file.sha256)
