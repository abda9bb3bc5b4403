"""What do a student and a registrar enter about a language certificate?"""

import datetime as dt
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from dualdegree.core.training.certificates import CertificateFacts, CertificateRules, languages_of, scales_for
from dualdegree.web.forms import Form, SeenForm, required
from dualdegree.web.language import i18n

LONGEST = 120


class CertificateForm(Form):
    """One certificate as it stands on the paper."""

    language = SelectField(_l("Language of the certificate"), choices=[], validate_choice=False)
    level = SelectField(_l("Level of the language"), choices=[], validate_choice=False)
    issuer = StringField(
        _l("Issued by"),
        validators=[required(), Length(max=LONGEST, message=_l("At most 120 characters fit here."))],
    )
    number = StringField(
        _l("Number of the certificate"),
        description=_l("Only the last four characters are kept."),
        validators=[required(), Length(max=LONGEST, message=_l("At most 120 characters fit here."))],
    )
    awarded_on = DateField(_l("Issued on"), validators=[required(_l("Give the day as on the certificate."))])
    expires_on = DateField(
        _l("Valid until"), description=_l("Leave it empty if it does not expire."), validators=[Optional()]
    )

    @property
    def identity(self) -> str:
        """One certificate is handed in once."""
        return "number"

    def offer(self, rules: Sequence[CertificateRules]) -> None:
        """Let the reader choose among what the curricula ask for."""
        languages = languages_of(rules)
        self.language.choices = [(code, i18n.language_name(code)) for code in languages]
        scales = {id_: scale for code in languages for id_, scale in scales_for(code, rules).items()}
        self.level.choices = {
            i18n.say(scale.title): [(f"{id_}:{level}", level) for level in scale.levels]
            for id_, scale in scales.items()
        }

    def certificate(self) -> CertificateFacts:
        """What was entered, of a form that is valid."""
        scale, _, level = (self.level.data or "").partition(":")
        return CertificateFacts(
            language=self.language.data or "",
            scale=scale,
            level=level,
            issuer=self.issuer.data or "",
            number_end=self.number.data or "",
            awarded_on=self.awarded_on.data or dt.date.max,
            expires_on=self.expires_on.data,
        )


class ConfirmationForm(SeenForm):
    """The registrar has seen the original."""

    ids = "confirm"
    on = DateField(
        _l("Day on which it has to be valid"),
        description=_l("Such as the day of the application."),
        validators=[required(_l("Give the day."))],
    )
    original = BooleanField(
        _l("I have seen the original, or looked it up with the issuer."),
        validators=[required(_l("Look at the original first, then tick this."))],
    )


class CertificateReasonForm(SeenForm):
    """Why a certificate is not accepted, or counts no more."""

    ids = "reason"
    reason = StringField(_l("Reason"), description=_l("The student reads it."), validators=[required(_l("Say why."))])
