"""Create the words by which students are found, and fill them from what the record and the documents hold."""

import json
import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
PEOPLE = """
    SELECT s.id, s.family_name, s.given_name, s.han_name, p.email
    FROM student s LEFT JOIN person p ON p.id = s.person_id ORDER BY s.id
    """
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def upgrade() -> None:
    words = op.create_table(
        "search_word",
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_search_word_student_id")),
        sa.PrimaryKeyConstraint("student_id", "word", name=op.f("pk_search_word")),
    )
    op.create_index("ix_search_word_word", "search_word", ["word", "student_id"], unique=False)
    rows = {}
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT student_id, serial FROM issued_document")):
        rows[row.student_id, _folded(row.serial)] = "document"
    for student, text in _texts(connection):
        for word in _words(text):
            rows.setdefault((student, word), "record")
    filled = [{"student_id": key[0], "word": key[1], "source": source} for key, source in sorted(rows.items())]
    for start in range(0, len(filled), 1000):
        connection.execute(sa.insert(words), filled[start : start + 1000])


def downgrade() -> None:
    op.drop_index("ix_search_word_word", table_name="search_word")
    op.drop_table("search_word")


def _texts(connection):
    for row in connection.execute(sa.text(PEOPLE)).all():
        texts = (f"{row.family_name} {row.given_name}", row.family_name, row.han_name, row.email)
        yield from ((row.id, text) for text in texts if text)
    for row in connection.execute(sa.text("SELECT student_id, number, told FROM enrolment ORDER BY id")).all():
        yield row.student_id, row.number
        person = json.loads(row.told) if isinstance(row.told, str) else row.told
        names = (person.get(name) for name in ("family_name", "given_name", "han_name"))
        yield from ((row.student_id, name) for name in names if name)


def _folded(text):
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in spread if letter.isalnum())


def _words(text):
    for part in (text, *re.split(r"[\W_]+", text)):
        word = _folded(part)
        if not word:
            continue
        yield word
        if HAN.fullmatch(word):
            yield from (word[start:] for start in range(1, len(word)))
        elif digits := re.search("[0-9].*", word):
            yield digits[0]
