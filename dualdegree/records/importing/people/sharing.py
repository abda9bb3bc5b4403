"""What must the partner know of a roster? Which of its students it has linked, and what it has changed of them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Message
from dualdegree.history import tell
from dualdegree.programmes.informing import News, inform
from dualdegree.records.models import Enrolment, Student


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A student whom a roster touched: the shared person before and after. ``new``: linked with the partner by it."""

    student: Student
    number: str
    new: bool
    before: Mapping[str, str]
    after: Mapping[str, str]

    @property
    def changed(self) -> bool:
        """Whether it changed what both institutions show of the person."""
        return self.before != self.after


def tell_partner(
    session: orm.Session, actor: Actor, institution: str, joined: Iterable[Joined], *, subject: str, at: dt.datetime
) -> None:
    """Tell the partner what a roster has linked, and what it has changed of the persons whom both share."""
    shared: dict[str, list[tuple[Enrolment, Joined]]] = {}
    for entry in joined:
        for side in entry.student.enrolments:
            if side.institution_id != institution and (entry.new or entry.changed):
                shared.setdefault(side.institution_id, []).append((side, entry))
    for office, entries in sorted(shared.items()):
        _record_shared(session, actor, office, entries, subject=subject, at=at)
        changed = sum(entry.changed and not entry.new for _, entry in entries)
        if changed:
            _warn(session, actor, office, institution, subject=subject, count=changed, at=at)


def _record_shared(
    session: orm.Session,
    actor: Actor,
    office: str,
    entries: Sequence[tuple[Enrolment, Joined]],
    *,
    subject: str,
    at: dt.datetime,
) -> None:
    before: dict[str, Mapping[str, str]] = {}
    after: dict[str, Mapping[str, str]] = {}
    for side, entry in entries:
        names = [name for name in entry.after if entry.before.get(name) != entry.after[name]]
        before[side.number] = {name: entry.before.get(name, "") for name in names}
        link = {"linked with": entry.number} if entry.new else {}
        after[side.number] = link | {name: entry.after[name] for name in names}
    tell(session, actor, subject, Act.SHARED_STUDENTS_CHANGED, concerned=[office], at=at, before=before, after=after)


def _warn(
    session: orm.Session, actor: Actor, office: str, institution: str, *, subject: str, count: int, at: dt.datetime
) -> None:
    news = News(
        about=subject,
        # The moment stands in the act: an import that is taken back changes them once more.
        act=f"shared persons changed:{office}:{at.isoformat()}",
        subject=Message("The partner has changed what both records say of students"),
        body=Message(
            "Names, birth dates or nationalities of students whom both universities share have changed: %(count)s. The "
            "history names each, before and after.",
            {"count": str(count)},
        ),
        link="/history",
    )
    inform(session, actor, news, institution=office, sender=institution, at=at, roles=[Role.REGISTRAR])
