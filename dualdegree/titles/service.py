"""How does a title come to be approved in a further language? One person enters it, another one approves it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.identity.scripts import HAN, in_latin
from dualdegree.core.policy import Actor, Permission, Role, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict, NeedsAnother, Refusal
from dualdegree.core.text import Message, Text
from dualdegree.core.transcript import Forms
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.models import Institution
from dualdegree.titles.catalogue import StoredTitle
from dualdegree.titles.models import TitleForm
from dualdegree.workflow import refuse_nobody

WAITING, APPROVED, REFUSED, WITHDRAWN, REPLACED = "waiting", "approved", "refused", "withdrawn", "replaced"
LONGEST = 200


def form_of(session: orm.Session, form_id: int) -> TitleForm:
    """The form; raises ``Absent``."""
    form = session.get(TitleForm, form_id)
    if form is None:
        raise Absent("There is no such title.")
    return form


def approved_forms(session: orm.Session) -> Forms:
    """Every approved form, as documents and pages read them, in one query."""
    forms: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    row = TitleForm
    query = sa.select(row.institution_id, row.key, row.language, row.form).where(row.state == APPROVED)
    for where, key, language, form in session.execute(query.order_by(row.id)):
        forms[where, key][language] = form
    return dict(forms)


def forms_at(session: orm.Session, institution: str) -> Sequence[TitleForm]:
    """The forms of the institution that wait or are approved, the latest last."""
    query = sa.select(TitleForm).where(
        TitleForm.institution_id == institution, TitleForm.state.in_((WAITING, APPROVED))
    )
    return session.scalars(query.order_by(TitleForm.id)).all()


def enter(
    session: orm.Session, actor: Actor, institution: Institution, title: StoredTitle, entry: Text, *, at: dt.datetime
) -> TitleForm:
    """Propose the title in one language (``entry``: language → words), for another person to approve.

    Raises ``Refusal`` for an empty or too long form, one in the wrong script, or a language that the stored text has;
    ``Conflict`` while another form of it waits; ``NotAllowed``.
    """
    require(actor, Permission.EDIT_PROFILE, of_institutions(institution.id))
    refuse_nobody(actor)
    ((language, words),) = entry.items()
    form = " ".join(words.split())
    _check(title, language, form)
    lock(session, institution)
    if any(same.state == WAITING for same in _same(session, institution.id, title, language)):
        raise Conflict("Another form of this title waits for approval already; decide on that first.")
    row = TitleForm(
        institution_id=institution.id, about=title.about, key=title.key, source=dict(title.text), language=language,
        form=form, state=WAITING, entered_by=actor.person_id, entered_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _tell(session, actor, row, Act.TITLE_ENTERED, at)
    news = News(
        about=row.subject,
        act="entered",
        subject=Message("A title waits for approval"),
        body=Message("“%(form)s” was entered; another person than whoever entered it approves it.", {"form": form}),
        link=f"/titles/{row.id}",
    )
    inform(session, actor, news, institution=institution.id, at=at, roles=[Role.REGISTRAR])
    return row


def approve(session: orm.Session, actor: Actor, row: TitleForm, *, seen: int | None, at: dt.datetime) -> None:
    """Let documents and pages use the form from now on, in place of an earlier one. Never by whoever entered it.

    Raises ``NeedsAnother``, ``Conflict`` and ``NotAllowed``.
    """
    _begin(session, actor, row, seen)
    if actor.person_id == row.entered_by:
        raise NeedsAnother("You entered this title; another person of the institution approves it.")
    earlier = sa.select(TitleForm).where(
        TitleForm.institution_id == row.institution_id, TitleForm.key == row.key, TitleForm.language == row.language
    )
    for other in session.scalars(earlier.where(TitleForm.state == APPROVED)):
        other.state = REPLACED
    _decide(session, actor, row, APPROVED, at)
    _tell(session, actor, row, Act.TITLE_APPROVED, at)


def refuse(
    session: orm.Session, actor: Actor, row: TitleForm, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Send it back with a reason; whoever entered it may take it back so. Raises as ``approve`` does, ``Refusal``."""
    _begin(session, actor, row, seen)
    if not reason.strip():
        raise Refusal("Say why; whoever entered it reads it.", about="reason")
    row.reason = reason.strip()
    _decide(session, actor, row, WITHDRAWN if actor.person_id == row.entered_by else REFUSED, at)
    _tell(session, actor, row, Act.TITLE_REFUSED, at, reason=reason.strip())
    news = News(
        about=row.subject,
        act="refused",
        subject=Message("A title is not approved"),
        body=Message("“%(form)s” is not approved: %(reason)s", {"form": row.form, "reason": row.reason}),
        link="/titles",
    )
    inform(session, actor, news, institution=row.institution_id, at=at, people=[row.entered_by])


def _check(title: StoredTitle, language: str, form: str) -> None:
    if language not in title.lacking:
        raise Refusal(
            "The stored text has this language already; another wording is a new version of the text.", about="form"
        )
    if not form:
        raise Refusal("Write the title.", about="form")
    if len(form) > LONGEST:
        raise Refusal("A title has at most 200 characters.", about="form")
    if language == "zh_Hans" and not HAN.search(form):
        raise Refusal("A title in Chinese has Chinese characters; this one has none.", about="form")
    if language != "zh_Hans" and not in_latin(form):
        raise Refusal("A title in this language is written in Latin letters; this one has others.", about="form")


def _same(session: orm.Session, institution: str, title: StoredTitle, language: str) -> Sequence[TitleForm]:
    row = TitleForm
    query = sa.select(row).where(row.institution_id == institution, row.key == title.key, row.language == language)
    return session.scalars(query.order_by(row.id)).all()


def _begin(session: orm.Session, actor: Actor, row: TitleForm, seen: int | None) -> None:
    require(actor, Permission.EDIT_PROFILE, row.policy_subject())
    refuse_nobody(actor)
    lock(session, row)
    if row.state != WAITING:
        raise Conflict("This title was approved or sent back before; nothing more was done.")
    if seen is not None and row.revision != seen:
        raise Conflict("It has changed since you opened the page; read it again.")


def _decide(session: orm.Session, actor: Actor, row: TitleForm, state: str, at: dt.datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, actor.person_id, at
    session.flush()


def _tell(session: orm.Session, actor: Actor, row: TitleForm, act: Act, at: dt.datetime, *, reason: str = "") -> None:
    facts = {f"title {language}": words for language, words in {**row.source, row.language: row.form}.items()}
    tell(session, actor, row.subject, act, concerned=[row.institution_id], at=at, reason=reason, after=facts)
