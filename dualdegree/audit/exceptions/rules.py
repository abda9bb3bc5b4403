"""What may be asked for as an exception, who decides on it, and what would it do to both degrees?"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import orm

from dualdegree.audit.comparing import Effect, compared
from dualdegree.audit.dossiers import Dossier
from dualdegree.audit.service import Include, answers
from dualdegree.core.audit.case.fitting import fitted, node_of, not_waivable
from dualdegree.core.audit.explain.words import Names, name_of
from dualdegree.core.audit.facts import ExceptionKind, GrantedException
from dualdegree.core.audit.rules import Degree, nodes
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.programmes import service as programmes
from dualdegree.programmes.institutions.profile import Exceptions
from dualdegree.programmes.texts import profile_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedException:
    """What an advisor asks for; which of ``requirement``, ``item`` and ``at_least`` it has follows from its kind."""

    kind: ExceptionKind
    degree: str
    requirement: str | None = None
    item: str | None = None
    at_least: Decimal | None = None
    reason: str

    def as_core(self) -> GrantedException:
        """What an audit would read of it; who would grant it, and when, is not known yet."""
        return GrantedException(
            kind=self.kind,
            degree=self.degree,
            requirement=self.requirement,
            item=self.item,
            at_least=self.at_least,
            by="–",
            reason=self.reason.strip() or "–",
            on="–",
        )


def rules_of(session: orm.Session, institution: str) -> Exceptions:
    """How the institution decides on exceptions; raises ``Refusal`` when its profile does not say."""
    own = programmes.institution(session, institution)
    rules = profile_of(own).exceptions if own.profile else None
    if rules is None:
        raise Refusal(
            "The profile of %(institution)s does not say who decides on exceptions; its registrar can add that.",
            {"institution": own.names},
        )
    return rules


def check(held: Dossier, asked: GrantedException) -> None:
    """Refuse what the rules that bind the student do not allow. Raises ``Refusal`` that names the node and its law."""
    side = next((side for side in held.sides if side.curriculum.degree.id == asked.degree), None)
    if side is None:
        raise Refusal('The student is in no degree "%(id)s".', {"id": asked.degree})
    node = node_of(side.curriculum.degree, asked.requirement)
    if asked.requirement is not None and node is None:
        words = {"id": asked.requirement, "version": side.curriculum.version}
        raise Refusal(
            'Curriculum %(version)s, which binds this student, has no requirement "%(id)s"; choose one that it has.',
            words,
            about="requirement",
        )
    if node is not None and (reason := not_waivable(asked.kind, node)):
        raise Refusal("%(reason)s.", {"reason": reason}, about="requirement")
    judged = fitted([*held.case.exceptions, asked], held.case)
    if reason := judged.unfit.get(len(held.case.exceptions)):
        raise Refusal("This exception cannot be made: %(reason)s.", {"reason": reason})


def effects(session: orm.Session, held: Dossier, asked: GrantedException, at: dt.datetime) -> Mapping[Include, Effect]:
    """What the exception would do, in the official and the projected audit; nothing is stored.

    Raises ``Refusal`` as ``check`` does.
    """
    check(held, asked)
    granted = replace(held.case, exceptions=(*held.case.exceptions, asked))
    return {
        include: compared(answers(session, [held], include, at)[held.student.id], granted)
        for include in (Include.OFFICIAL, Include.PROJECTED)
    }


def in_words(asked: GrantedException, degree: Degree | None, names: Names) -> Message:
    """What the exception does, in a sentence; nodes and items that are gone are called by their ids."""
    titles = {node.id: name_of(node) for node in nodes(degree.requirements)} if degree else {}
    words: dict[str, object] = {
        "node": titles.get(asked.requirement or "", asked.requirement or ""),
        "item": names.get(asked.item or "", asked.item or ""),
        "least": asked.at_least if asked.at_least is not None else "–",
    }
    match asked.kind:
        case ExceptionKind.WAIVE:
            return Message("Waive “%(node)s”.", words)
        case ExceptionKind.REDUCE:
            return Message("Reduce “%(node)s” to %(least)s.", words)
        case ExceptionKind.SUBSTITUTE:
            return Message("Let %(item)s serve “%(node)s” as well.", words)
        case ExceptionKind.PIN:
            return Message("Count %(item)s for “%(node)s” or not at all.", words)
        case ExceptionKind.EXCLUDE if asked.requirement is None:
            return Message("Do not count %(item)s in this degree.", words)
        case ExceptionKind.EXCLUDE:
            return Message("Do not let %(item)s serve “%(node)s”.", words)
