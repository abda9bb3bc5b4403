"""What does a person enter to sign in and to change their own account?"""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import EqualTo

from dualdegree.accounts.service import SHORTEST_PASSWORD
from dualdegree.web.forms import Form, required
from dualdegree.web.language import i18n


class SignInForm(Form):
    """Address and password."""

    email = StringField(
        _l("E-mail address"),
        validators=[required(_l("Enter the address that your university has on record."))],
        render_kw={"type": "email", "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[required(_l("Enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )


class NewPasswordForm(Form):
    """A new password, twice."""

    new = PasswordField(
        _l("New password"),
        description=_l(
            "At least %(least)s characters. Several words in a row are easy to remember.", least=SHORTEST_PASSWORD
        ),
        validators=[required(_l("Enter a new password."))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password once more"),
        validators=[EqualTo("new", _l("The two are not the same. Enter the new password again."))],
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(NewPasswordForm):
    """A new password, twice, and the present one."""

    old = PasswordField(
        _l("Present password"),
        validators=[required(_l("Enter your present password."))],
        render_kw={"autocomplete": "current-password"},
    )


class LanguageForm(Form):
    """The language to read in."""

    language = SelectField(_l("Language of the pages"))

    def __init__(self, chosen: str) -> None:
        super().__init__(data={"language": chosen})
        self.language.choices = list(i18n.languages().items())
