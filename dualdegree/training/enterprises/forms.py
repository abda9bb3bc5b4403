"""What does a registrar enter about an enterprise, and about an agreement on training with it?"""

import datetime as dt
from collections.abc import Sequence

from babel import Locale
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from dualdegree.core.text import LANGUAGES
from dualdegree.training.enterprises.models import Enterprise, TrainingAgreement
from dualdegree.training.enterprises.service import AgreementFacts, EnterpriseFacts
from dualdegree.web.forms import SeenForm, required
from dualdegree.web.language import i18n

COUNTRIES = tuple(sorted(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()))


class EnterpriseForm(SeenForm):
    """The enterprise as its country's register has it."""

    name_zh_Hans = StringField(_l("Name in Chinese"))  # noqa: N815 - the language's own name
    name_en = StringField(_l("Name in English"))
    name_es = StringField(_l("Name in Spanish"))
    country = SelectField(_l("Country"), choices=[])
    identifier = StringField(
        _l("Identifier"), description=_l("As its country's register writes it: in China the USCC, in Spain the NIF.")
    )
    place = StringField(_l("Place"))

    @classmethod
    def filled(cls, enterprise: Enterprise | None = None, country: str = "") -> "EnterpriseForm":
        """The form, filled in with an enterprise that is changed."""
        data = {"country": country} if enterprise is None else _data(enterprise)
        form = cls(data=data)
        known = [(code, i18n.country_name(code)) for code in COUNTRIES]
        form.country.choices = sorted(known, key=lambda code_and_name: code_and_name[1])
        return form

    @property
    def identity(self) -> str:
        """What there is only once."""
        return "identifier"

    def facts(self) -> EnterpriseFacts:
        """What was sent."""
        return EnterpriseFacts(
            names={language: self[f"name_{language}"].data or "" for language in LANGUAGES},
            country=self.country.data or "",
            identifier=self.identifier.data or "",
            place=self.place.data or "",
        )


def _data(enterprise: Enterprise) -> dict[str, str]:
    names = {f"name_{language}": name for language, name in enterprise.names.items()}
    return {
        **names,
        "country": enterprise.country,
        "identifier": enterprise.identifier,
        "place": enterprise.place,
        "revision": str(enterprise.revision),
    }


class TrainingAgreementForm(SeenForm):
    """An agreement as it was signed."""

    reference = StringField(_l("Reference"), description=_l("The number or title under which it was signed."))
    signed_on = DateField(_l("Signed on"), validators=[required(_l("Give the day on which it was signed."))])
    valid_from = DateField(_l("In force from"), validators=[required(_l("Give the day from which it is in force."))])
    valid_until = DateField(_l("In force until"), description=_l("Empty while it has no end."), validators=[Optional()])
    areas = TextAreaField(_l("Areas"), description=_l("One on each line."), render_kw={"rows": "3"})
    partner = SelectField(
        _l("Partner university"), description=_l("Only where it has signed the agreement as well."), choices=[]
    )
    student = StringField(
        _l("Student's number"),
        description=_l("Only of an agreement that was signed for one student, who is a party to it."),
    )

    @classmethod
    def filled(
        cls, partners: Sequence[tuple[str, str]], agreement: TrainingAgreement | None = None, number: str = ""
    ) -> "TrainingAgreementForm":
        """The form, filled in with an agreement that is changed."""
        form = cls(data=_agreement_data(agreement, number) if agreement else {})
        form.partner.choices = [("", "–"), *partners]
        return form

    @property
    def identity(self) -> str:
        """What there is only once."""
        return "reference"

    def facts(self, student: int | None) -> AgreementFacts:
        """What was sent, of a form that is valid."""
        return AgreementFacts(
            reference=self.reference.data or "",
            signed_on=self.signed_on.data or dt.date.max,
            valid_from=self.valid_from.data or dt.date.max,
            valid_until=self.valid_until.data,
            areas=tuple((self.areas.data or "").splitlines()),
            partner=self.partner.data or None,
            student=student,
        )


def _agreement_data(agreement: TrainingAgreement, number: str) -> dict[str, object]:
    return {
        "reference": agreement.reference,
        "signed_on": agreement.signed_on,
        "valid_from": agreement.valid_from,
        "valid_until": agreement.valid_until,
        "areas": "\n".join(agreement.areas),
        "partner": agreement.partner_id or "",
        "student": number,
        "revision": str(agreement.revision),
    }
