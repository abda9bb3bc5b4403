"""Which page edits an institution's profile, shows what it was before, and restores that?"""

from flask import render_template, url_for
from flask_babel import gettext as _

from dualdegree.core.policy import Permission
from dualdegree.core.source.reading import SourceError
from dualdegree.db import db
from dualdegree.programmes import importing, service
from dualdegree.programmes.forms import ProfileForm
from dualdegree.programmes.models import Institution
from dualdegree.programmes.profiles.past import past_profiles, restore_profile
from dualdegree.programmes.views import blueprint
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import SeenForm
from dualdegree.web.forms.steps import Answer, Done, taken
from dualdegree.web.pages import page

__all__ = ["blueprint"]


@page(
    blueprint,
    "/institutions/<institution_id>",
    needs=Permission.EDIT_PROFILE,
    about=service.institution,
    methods=("GET", "POST"),
)
def institution(own: Institution) -> Answer:
    """The institution's profile as text, to be edited, and what it was before."""
    form = _form(own)

    def step() -> Done | None:
        try:
            _save(own, form)
        except SourceError as error:
            form.mistake(error)
            return None
        return Done(_("The profile is saved."), url_for("programmes.institution", institution_id=own.id))

    return taken(form, step, lambda: _shown(own, form))


def _form(own: Institution) -> ProfileForm:
    return ProfileForm(data={"text": own.profile, "revision": str(own.revision)})


def _shown(own: Institution, form: ProfileForm) -> str:
    past = past_profiles(db.session(), own)
    return render_template("programmes/institution.html", own=own, form=form, past=past)


def _save(own: Institution, form: ProfileForm) -> None:
    importing.save_institution(
        db.session(),
        form.text.data or "",
        "institution.yaml",
        actor=access.signed_in(),
        at=now(),
        only=own.id,
        revision=form.seen or 0,
    )


@page(
    blueprint,
    "/institutions/<institution_id>/profile/<int:number>/restore",
    needs=Permission.EDIT_PROFILE,
    about=service.institution,
    methods=("POST",),
)
def restore(own: Institution, number: int) -> Answer:
    """Let the profile say again what it said after one of the acts of its history."""
    form = SeenForm()

    def step() -> Done:
        restore_profile(db.session(), access.signed_in(), own, number, seen=form.seen, at=now())
        said = _("The earlier state of the profile is restored.")
        return Done(said, url_for("programmes.institution", institution_id=own.id))

    return taken(form, step, lambda: _shown(own, ProfileForm(formdata=None, data=_form(own).data)))
