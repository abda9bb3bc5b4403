"""What do an advisor and a registrar enter about an exception?"""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, SubmitField, TextAreaField

from dualdegree.audit.dossiers import Dossier, DossierSide
from dualdegree.audit.exceptions.rules import AskedException
from dualdegree.audit.exceptions.service import ExceptionDecision
from dualdegree.core.audit.case.exceptions import KEYS
from dualdegree.core.audit.case.reading import items_of
from dualdegree.core.audit.explain.words import name_of, names_in
from dualdegree.core.audit.facts import ExceptionKind
from dualdegree.core.audit.rules import All, Choose, Requirement
from dualdegree.core.credit import NotADecimal, decimal
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.web.forms import FigureField, Form, SeenForm, minute_field, required
from dualdegree.web.language import i18n

KINDS: dict[ExceptionKind, Message] = {
    ExceptionKind.WAIVE: Message("Waive a requirement"),
    ExceptionKind.REDUCE: Message("Reduce what a requirement asks for"),
    ExceptionKind.SUBSTITUTE: Message("Let a course serve a requirement that does not list it"),
    ExceptionKind.PIN: Message("Count a course for one requirement and no other"),
    ExceptionKind.EXCLUDE: Message("Keep a course out of a requirement, or out of the degree"),
}
"""What may be asked for, in words."""
NONE = ""


class ExceptionAskForm(Form):
    """What is asked for in one degree, first to be looked at and then to be asked for."""

    kind = SelectField(_l("What is asked for"), choices=[])
    requirement = SelectField(_l("Requirement"), choices=[], default="")
    item = SelectField(_l("Course"), description=_l("Not for waiving or reducing."), choices=[], default="")
    at_least = FigureField(_l("Reduced to"), description=_l("Only for reducing: the lower figure, such as 4.5."))
    reason = TextAreaField(
        _l("Reason"), description=_l("Shown on every audit that applies the exception."), render_kw={"rows": "3"}
    )
    look = SubmitField(_l("See the effect"))
    confirm = SubmitField(_l("Ask for it"))

    def offer(self, held: Dossier, side: DossierSide) -> None:
        """Let the reader choose among what binds the student in this degree."""
        degree, names = side.curriculum.degree, names_in(held.case)
        items = items_of(degree, held.case)
        nothing = (NONE, i18n.say(Message("none")))
        self.kind.choices = [(kind.value, i18n.say(words)) for kind, words in KINDS.items()]
        self.requirement.choices = [nothing, *_nodes([degree.requirements], 0)]
        self.item.choices = [nothing, *((item, i18n.say(name)) for item, name in names.items() if item in items)]

    def asked(self, degree: str) -> AskedException:
        """What was sent, without the fields that its kind has no use for. Raises ``Refusal``."""
        kind = ExceptionKind(self.kind.data)
        must, may = KEYS[kind]
        sent = {"requirement": self.requirement.data, "item": self.item.data, "at_least": (self.at_least.data or "")}
        for key in must:
            if not sent[key].strip():
                raise Refusal(MISSING[key], about=key)
        used = {key: sent[key].strip() or None for key in (*must, *may)}
        return AskedException(
            kind=kind,
            degree=degree,
            requirement=used.get("requirement"),
            item=used.get("item"),
            at_least=_figure(used["at_least"]) if used.get("at_least") else None,
            reason=self.reason.data or "",
        )


MISSING = {
    "requirement": Message("Choose the requirement."),
    "item": Message("Choose the course."),
    "at_least": Message("Say to which figure it is reduced."),
}


class ExceptionDecisionForm(SeenForm):
    """What was decided. A body's decision has a minute."""

    minute = minute_field(_l("Number of the minute"))
    on = DateField(_l("Day of the decision"), validators=[required(_l("Give the day of the decision."))])
    reason = TextAreaField(
        _l("Reason"), description=_l("Needed for refusing; whoever asked reads it."), render_kw={"rows": "3"}
    )
    grant = SubmitField(_l("Grant it"))
    refuse_it = SubmitField(_l("Refuse it"))

    def decision(self) -> ExceptionDecision:
        """What was decided, of a form that is valid. Raises ``Refusal`` where it is neither granted nor refused."""
        if self.grant.data == self.refuse_it.data:
            raise Refusal("Grant or refuse it.")
        return ExceptionDecision(
            granted=bool(self.grant.data),
            reason=self.reason.data or "",
            on=self.on.data or dt.date.max,
            minute=self.minute.data or "",
        )


class ExceptionReasonForm(SeenForm):
    """Why an exception is withdrawn or lifted."""

    reason = StringField(_l("Reason"), validators=[required(_l("Say why; the reason stays in the history."))])


def _nodes(several: Iterable[Requirement], depth: int) -> Iterator[tuple[str, str]]:
    for node in several:
        yield node.id, f"{'– ' * depth}{i18n.say(name_of(node))}"
        yield from _nodes(node.parts if isinstance(node, All | Choose) else (), depth + 1)


def _figure(text: str | None) -> Decimal:
    try:
        return decimal((text or "").replace(",", "."), places=4)
    except NotADecimal:
        words = {"text": (text or "")[:80]}
        raise Refusal('"%(text)s" is not a figure; write digits such as 4.5.', words, about="at_least") from None
