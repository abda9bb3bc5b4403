"""What does a student enter about a stay?"""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField

from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.core.records import TERM
from dualdegree.learning_agreements.content import Stay, Study
from dualdegree.requests.fields import Ticks, courses_of, groups_of, wishes_in
from dualdegree.requests.models import LearningAgreement
from dualdegree.web.forms import FigureField, Form, at, required


class StayForm(Form):
    """A version of a learning agreement: two lists that need not match."""

    begins = StringField(_l("First term of the stay"), description=_l("Such as 2027-1."), validators=[required()])
    studied = Ticks(_l("Courses in the first term"), choices=[], validate_choice=False)
    later = Ticks(_l("Courses in the term after it"), choices=[], validate_choice=False)
    courses = Ticks(_l("Recognised at home as these courses"), choices=[], validate_choice=False)
    group = SelectField(_l("And as credits of a group"), choices=[], default="")
    group_credits = FigureField(_l("Credits of the group"), render_kw={"inputmode": "decimal"})
    words = TextAreaField(_l("Remarks"), render_kw={"rows": "3"})

    @classmethod
    def after(cls, before: LearningAgreement | None) -> "StayForm":
        """The form for the next version, filled in with the one before."""
        return cls(data=_planned(before) if before else {})

    def offer(self, home: Curriculum, away: Curriculum) -> None:
        """Let the reader choose among both sides' courses."""
        self.studied.choices = self.later.choices = courses_of(away)
        self.courses.choices, self.group.choices = courses_of(home), groups_of(home)

    def stay(self, degree: str, home: Curriculum) -> Stay:
        """What was sent. Raises ``Refusal`` for figures that are none."""
        first = (self.begins.data or "").strip()
        studied = [Study(course=code, term=first) for code in self.studied.data or ()]
        studied += [Study(course=code, term=_next(first)) for code in self.later.data or ()]
        with at("group_credits"):
            recognised = wishes_in(self.courses.data, self.group.data, self.group_credits.data, home)
        return Stay(
            degree=degree,
            begins=first,
            studied=tuple(studied),
            recognised=recognised,
            words=self.words.data or "",
        )


def _next(term: str) -> str:
    year, _, half = term.partition("-")
    if not TERM.fullmatch(term):
        return term
    return f"{year}-2" if half == "1" else f"{int(year) + 1}-1"


def _planned(stay: LearningAgreement) -> dict[str, object]:
    group = next((wish for wish in stay.recognised if wish["course"] is None), None)
    return {
        "begins": stay.stay,
        "studied": [study["course"] for study in stay.studied if study["term"] == stay.stay],
        "later": [study["course"] for study in stay.studied if study["term"] != stay.stay],
        "courses": [wish["course"] for wish in stay.recognised if wish["course"] is not None],
        "group": group["tag"] if group else "",
        "group_credits": group["credits"] if group else "",
        "words": stay.words,
    }
