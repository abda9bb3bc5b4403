"""What if one form is sent twice, or four times at once? It is done once, and every repeat gets the first answer.

Each rendering of a form carries a mark of its own. Whoever sends it claims the mark, the address and what was entered,
in the transaction of what is done: a second sender waits for the first, and finds its answer or, if that was a refusal,
nothing. Something else entered into the same form is another claim.
"""

import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask, redirect, request, session
from markupsafe import Markup
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from dualdegree.db import Base
from dualdegree.web.clock import now

FIELD = "once"
MARK = re.compile("[A-Za-z0-9_-]{22}", re.ASCII)
KEPT = dt.timedelta(days=1)
"""How long an answer is kept. A browser asks again at once, or when somebody goes back to an old page."""


class SentForm(Base):
    """One form as one person sent it, and where its answer led."""

    __tablename__ = "sent_form"
    __table_args__ = (sa.Index("ix_sent_form_person_id_sent_at", "person_id", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    sent_at: Mapped[dt.datetime]
    location: Mapped[str] = mapped_column(sa.Text)
    said: Mapped[list[list[str]]] = mapped_column(sa.JSON)


def init_app(app: Flask) -> None:
    """Let templates put a mark into each form that is sent."""
    app.jinja_env.globals[FIELD] = marked


def marked() -> Markup:
    """The hidden field that makes this rendering of a form another one than the next."""
    return Markup('<input type="hidden" name="%s" value="%s">') % (FIELD, secrets.token_urlsafe(16))


def once(kept: orm.Session, person_id: int, answer: Callable[[], Response]) -> Response:
    """The answer to this request; to a repeat of a form that led on, the answer that it got, and nothing is done.

    Only an answer that leads on is kept: a page that is shown in answer has changed nothing. Without a mark, as
    programs send forms, the request is simply answered.
    """
    claim = _claim(person_id)
    if claim is None:
        return answer()
    row_id = _claimed(kept, claim, person_id)
    if row_id is None:
        return _again(kept, claim)
    response = answer()
    this = sa.update(SentForm).where(SentForm.id == row_id)
    if 300 <= response.status_code < 400:
        kept.execute(this.values(location=response.headers["Location"], said=session.get("_flashes", [])))
    else:
        kept.execute(sa.delete(SentForm).where(SentForm.id == row_id))
    return response


def _claim(person_id: int) -> str | None:
    mark = request.form.get(FIELD, "") if request.method == "POST" else ""
    if not MARK.fullmatch(mark):
        return None
    entered = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    files = sorted((name, file.filename, _digest(file.stream)) for name, file in request.files.items(multi=True))
    return hashlib.sha256(json.dumps([person_id, request.full_path, entered, files]).encode()).hexdigest()


def _digest(stream: object) -> str:
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    stream.seek(0)  # type: ignore[attr-defined]
    return digest


def _claimed(kept: orm.Session, claim: str, person_id: int) -> int | None:
    """The row of the claim; None when somebody has it, whom this waits for while they are at work."""
    kept.execute(sa.delete(SentForm).where(SentForm.person_id == person_id, SentForm.sent_at < now() - KEPT))
    insert = postgresql.insert if kept.connection().dialect.name == "postgresql" else sqlite.insert
    values = {"claim": claim, "person_id": person_id, "sent_at": now(), "location": "", "said": []}
    new = insert(SentForm).values(values).on_conflict_do_nothing(index_elements=["claim"])
    return kept.scalar(new.returning(SentForm.id))


def _again(kept: orm.Session, claim: str) -> Response:
    first = kept.scalars(sa.select(SentForm).where(SentForm.claim == claim)).one()
    session["_flashes"] = [tuple(line) for line in first.said]
    return redirect(first.location)
