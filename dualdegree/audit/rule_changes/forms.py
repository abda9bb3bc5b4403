"""What does a registrar enter about a version of a curriculum on its way to publication?"""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from dualdegree.web.forms import DigestForm


class CurriculumReturnForm(DigestForm):
    """Why a version goes back to its author."""

    reason = StringField(_l("Why it is sent back"))
