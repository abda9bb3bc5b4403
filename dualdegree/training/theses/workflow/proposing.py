"""How does a thesis begin, and how are its title, supervisors and embargo changed?"""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Conflict, Refusal, Repeated
from dualdegree.core.text import LANGUAGES, InstitutionName, Message, Text
from dualdegree.core.training.progress import ThesisStage
from dualdegree.core.training.theses import ENTERPRISE, ThesisRules, kinds_of
from dualdegree.db import lock
from dualdegree.records.models import Student
from dualdegree.training.theses.mentors import mentors_of
from dualdegree.training.theses.models import Thesis, ThesisSupervisor, ThesisTitle
from dualdegree.training.theses.reading import candidates, latest_day, present, rules_of, theses_of
from dualdegree.training.theses.workflow.stepping import begin, finish, refuse_long, refuse_settled
from dualdegree.workflow import refuse_nobody

LONGEST = 300
"""No title of a thesis has more characters."""


def propose(
    session: orm.Session,
    actor: Actor,
    student: Student,
    *,
    kind: str,
    title: Text,
    supervisors: Mapping[str, int],
    at: dt.datetime,
) -> Thesis:
    """Begin a thesis with a title in at least one language and a supervisor at each institution.

    ``supervisors`` are person ids by party. Raises ``Refusal`` at the value that is wrong, ``Conflict`` where there is
    one already, ``NotAllowed``.
    """
    require(actor, Permission.WRITE_THESIS, student.policy_subject())
    refuse_nobody(actor)
    plain = _title(title)
    lock(session, student)
    _refuse_another(session, actor, student)
    rules = _rules(session, student)
    if kind not in kinds_of(rules):
        raise Refusal("Choose a kind that both institutions take.", about="kind")
    named = _named(session, student, rules, supervisors)
    thesis = Thesis(
        student=student, time=_time(session, student), kind=kind, stage=ThesisStage.GATES.value, awaits=" ",
        embargo_until=None, embargo_reason="", proposed_by=actor.person_id, proposed_at=at, withdrawn_at=None,
    )  # fmt: skip
    session.add(thesis)
    session.flush()
    session.add(ThesisTitle(thesis_id=thesis.id, title=plain, person_id=actor.person_id, at=at, reason=""))
    for party, (person, name) in named.items():
        session.add(ThesisSupervisor(thesis_id=thesis.id, party=party, person_id=person, name=name))
    finish(session, actor, thesis, Act.THESIS_PROPOSED, at, after={"title": plain, "kind": kind})
    return thesis


def rename(
    session: orm.Session, actor: Actor, thesis: Thesis, title: Text, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Give the thesis another title; the one before is kept with who changed it. Raises as ``propose`` does."""
    require(actor, Permission.WRITE_THESIS, thesis.policy_subject())
    begin(session, actor, thesis, seen=seen)
    refuse_settled(thesis)
    plain, before = _title(title), dict(thesis.title)
    if plain == before:
        return
    if not reason.strip():
        raise Refusal("Say why the title changes; both supervisors read it.", about="reason")
    session.add(ThesisTitle(thesis_id=thesis.id, title=plain, person_id=actor.person_id, at=at, reason=reason.strip()))
    finish(
        session, actor, thesis, Act.THESIS_TITLE_CHANGED, at, reason=reason.strip(),
        before={"title": before}, after={"title": plain},
    )  # fmt: skip


def appoint(
    session: orm.Session,
    actor: Actor,
    thesis: Thesis,
    supervisors: Mapping[str, int],
    *,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """Name the supervisors anew; what was signed stays signed. Raises as ``propose`` does."""
    require(actor, Permission.RECORD_DEFENCE, thesis.policy_subject())
    begin(session, actor, thesis, seen=seen)
    refuse_settled(thesis)
    named = _named(session, thesis.student, _rules(session, thesis.student), supervisors)
    before = {row.party: row.name for row in thesis.supervisors}
    known = {row.party: row for row in thesis.supervisors}
    for party, (person, name) in named.items():
        row = known.get(party)
        if row is None:
            session.add(ThesisSupervisor(thesis_id=thesis.id, party=party, person_id=person, name=name))
        else:
            row.person_id, row.name = person, name
    for party in known.keys() - named.keys():
        session.delete(known[party])
    after = {party: name for party, (_, name) in named.items()}
    if after != before:
        finish(
            session, actor, thesis, Act.THESIS_SUPERVISORS_CHANGED, at,
            before={"supervisors": sorted(before.values())}, after={"supervisors": sorted(after.values())},
        )  # fmt: skip


def embargo(
    session: orm.Session,
    actor: Actor,
    thesis: Thesis,
    *,
    until: dt.date | None,
    reason: str,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """Hold the text back until a day, for a reason; no day lifts it. Raises ``Refusal`` and ``Conflict``."""
    require(actor, Permission.RECORD_DEFENCE, thesis.policy_subject())
    begin(session, actor, thesis, seen=seen)
    if until is not None and until <= latest_day(session, thesis, at):
        raise Refusal("An embargo ends on a day that has not come yet; leave it empty to lift it.", about="until")
    if until is not None and not reason.strip():
        raise Refusal("Say why the text is held back, such as a patent.", about="reason")
    if (until, reason.strip()) == (thesis.embargo_until, thesis.embargo_reason):
        return
    thesis.embargo_until, thesis.embargo_reason = until, reason.strip() if until else ""
    after = {"embargo": until.isoformat() if until else ""}
    finish(session, actor, thesis, Act.THESIS_EMBARGOED, at, reason=reason.strip(), after=after)


def abandon(
    session: orm.Session, actor: Actor, thesis: Thesis, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Withdraw a thesis that stands in no record, so that another can be proposed. Raises as ``rename`` does."""
    require(actor, Permission.WRITE_THESIS, thesis.policy_subject())
    if not reason.strip():
        raise Refusal("Say why the thesis is withdrawn.", about="reason")
    begin(session, actor, thesis, seen=seen)
    refuse_settled(thesis)
    thesis.withdrawn_at = at
    finish(session, actor, thesis, Act.THESIS_WITHDRAWN, at, reason=reason.strip())


def _refuse_another(session: orm.Session, actor: Actor, student: Student) -> None:
    known = present(session, student)
    if known is not None:
        said = Message("The student has a thesis already; open it, or withdraw it first.")
        raise Repeated(said) if known.proposed_by == actor.person_id else Conflict(said)


def _time(session: orm.Session, student: Student) -> int:
    return len(theses_of(session, student)) + 1


def _rules(session: orm.Session, student: Student) -> tuple[ThesisRules, ...]:
    rules = rules_of(session, student)
    if not rules:
        raise Refusal(
            "No institution of this student says in its profile what it asks of a thesis; a registrar can add that."
        )
    return rules


def _title(title: Text) -> dict[str, str]:
    plain = {name: " ".join(title.get(name, "").split()) for name in LANGUAGES}
    known = {name: words for name, words in plain.items() if words}
    if not known:
        raise Refusal("Give the title in at least one language.", about=f"title_{LANGUAGES[0]}")
    for name, words in known.items():
        refuse_long(words, LONGEST, f"title_{name}")
    return known


def _named(
    session: orm.Session, student: Student, rules: tuple[ThesisRules, ...], supervisors: Mapping[str, int]
) -> dict[str, tuple[int, str]]:
    """Each party's person and name; one for each institution, and nobody for two."""
    known = {**candidates(session, [side.institution for side in rules]), ENTERPRISE: mentors_of(session, student)}
    named = {
        party: (person, known[party][person])
        for party, person in sorted(supervisors.items())
        if person in known.get(party, {})
    }
    for side in rules:
        if side.institution not in named:
            words = {"institution": InstitutionName(side.institution)}
            about = f"supervisor-{side.institution}"
            raise Refusal("Choose a supervisor at %(institution)s.", words, about=about)
    people = [person for person, _ in named.values()]
    for party, (person, name) in named.items():
        if people.count(person) > 1:
            raise Refusal("%(name)s cannot supervise for two sides.", {"name": name}, about=f"supervisor-{party}")
    return named
