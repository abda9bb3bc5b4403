"""How does a page move a student to another version of the curriculum, and what at stake does it list first?"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import orm
from wtforms import BooleanField, HiddenField, TextAreaField

from dualdegree.records.moving import MinuteMissing
from dualdegree.stakes import Stake, Unconfirmed, at_stake, digest_of, holders
from dualdegree.web.forms import Form, ReadList, minute_field, required, revision_in
from dualdegree.web.forms.steps import Answer, Done, taken


class MoveForm(ReadList, Form):
    """Why students are moved, and by which decision; ``seen`` is what the page had shown of where they are.

    The tick's value is the digest of the list under which it stands.
    """

    to = HiddenField()
    seen = HiddenField()
    reason = TextAreaField(_l("Reason"), validators=[required()], render_kw={"rows": "3"})
    minute = minute_field(_l("Minute number of the decision"))
    confirmed = BooleanField(_l("I have read this list. Sign-offs on it may become void."))

    def show_anew(self, seen: int, digest: str) -> None:
        """Take this for seen where the page is shown again; a list that has changed has not been read."""
        self.seen.data = str(seen)
        self.untick_unless(digest)

    def number(self) -> int:
        """What the page had shown, as a number; 0 for whatever is none."""
        return revision_in(self.seen.data) or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Threatened:
    """What is at stake in a move, as its page names and counts it."""

    stakes: Sequence[Stake]

    @property
    def digest(self) -> str:
        """What the tick is bound to."""
        return digest_of(self.stakes)

    @property
    def held(self) -> frozenset[int]:
        """Who is not moved: the holders of a document in force."""
        return holders(self.stakes)

    @property
    def hit(self) -> Sequence[Stake]:
        """The sign-offs of those who are moved."""
        return [stake for stake in self.stakes if stake.student not in self.held]

    @property
    def kept(self) -> Sequence[Stake]:
        """The documents in force."""
        return [stake for stake in self.stakes if stake.in_force]


def threatened(session: orm.Session, students: Collection[int]) -> Threatened:
    """What is at stake for these students."""
    return Threatened(stakes=at_stake(session, students))


def taken_move(form: MoveForm, move: Callable[[], Done], show: Callable[[], str]) -> Answer:
    """The answer to the form: moved, or the page again with what is wrong, and where students are by now."""

    def step() -> Done:
        try:
            return move()
        except Unconfirmed as refused:
            refused.about = "confirmed"
            raise
        except MinuteMissing as missing:
            missing.about = "minute"
            raise

    return taken(form, step, show)
