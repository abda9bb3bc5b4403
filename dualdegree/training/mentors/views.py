"""Which pages keep the mentors, and let one of them take up an invitation?"""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree.accounts.service import actor_of
from dualdegree.core.policy import Permission, Subject, may
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes.presenting import names
from dualdegree.programmes.service import institutions
from dualdegree.training.enterprises.models import Enterprise
from dualdegree.training.enterprises.service import enterprises_of
from dualdegree.training.mentors import inviting, service
from dualdegree.training.mentors.forms import KINDS, AppointmentForm, EndAppointmentForm, InvitationForm, MentorForm
from dualdegree.training.mentors.models import Mentor, MentorInvitation
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form
from dualdegree.web.forms.steps import Answer, Done, HomePage, step_page, taken
from dualdegree.web.language import i18n
from dualdegree.web.listing import part
from dualdegree.web.pages import About, page

blueprint = Blueprint("mentors", __name__, template_folder="templates")


def _enterprises(session: orm.Session) -> list[Enterprise]:
    everybody = [institution.id for institution in institutions(session)]
    return list(session.scalars(enterprises_of(everybody)))


@page(blueprint, "/mentors", needs=Permission.SEE_TRAINING, menu=(350, Message("Mentors")))
def listed() -> str:
    """The institution's mentors, and whether they are appointed today."""
    session, actor = db.session(), access.signed_in()
    institution, today = actor.institution or "", i18n.today(now())
    return render_template(
        "mentors/mentors.html",
        mentors=part(session, service.mentors_of(institution)),
        kinds=KINDS,
        today=today,
        may_keep=may(actor, Permission.KEEP_TRAINING, Subject(institutions=frozenset([institution]))),
    )


@page(blueprint, "/mentors/new", needs=Permission.KEEP_TRAINING, methods=("GET", "POST"))
def new() -> Answer:
    """Put a mentor on the institution's list."""
    session, actor = db.session(), access.signed_in()
    enterprises = _enterprises(session)
    form = MentorForm.filled(enterprises)

    def step() -> Done:
        row = service.save_mentor(session, actor, actor.institution or "", form.facts(enterprises), at=now())
        return Done(_("The mentor is on the list. Record the appointment next."), _page_of(row))

    return taken(form, step, lambda: render_template("mentors/enter_mentor.html", form=form, mentor=None))


def _page_of(row: Mentor) -> str:
    return url_for("mentors.mentor", mentor_id=row.id)


@page(blueprint, "/mentors/<int:mentor_id>", needs=Permission.SEE_TRAINING, about=service.mentor_of)
def mentor(row: Mentor) -> str:
    """One mentor: appointments, invitation and history."""
    return _shown(row)


def _shown(row: Mentor, sent: Form | None = None) -> str:
    session, actor = db.session(), access.signed_in()
    ending = sent if isinstance(sent, EndAppointmentForm) else EndAppointmentForm(formdata=None)
    ending.offer(row)
    return render_template(
        "mentors/mentor.html",
        mentor=row,
        kinds=KINDS,
        names=names(session),
        invitation=inviting.latest_of(session, row),
        at=now(),
        may_keep=may(actor, Permission.KEEP_TRAINING, row.policy_subject()),
        appoint_form=sent if isinstance(sent, AppointmentForm) else AppointmentForm(formdata=None),
        end_form=ending,
        events=history_lines(session, row.subject, row.institution_id),
    )


ON_ITS_PAGE = HomePage(needs=Permission.SEE_TRAINING, about=service.mentor_of, show=_shown)


@page(
    blueprint,
    "/mentors/<int:mentor_id>/edit",
    needs=Permission.KEEP_TRAINING,
    about=service.mentor_of,
    methods=("GET", "POST"),
)
def edit(row: Mentor) -> Answer:
    """Change an entry of the mentors' list."""
    session, actor = db.session(), access.signed_in()
    enterprises = _enterprises(session)
    form = MentorForm.filled(enterprises, row)

    def step() -> Done:
        facts = form.facts(enterprises)
        service.save_mentor(session, actor, row.institution_id, facts, at=now(), mentor=row, seen=form.seen)
        return Done(_("The mentor's entry is saved."), _page_of(row))

    return taken(form, step, lambda: render_template("mentors/enter_mentor.html", form=form, mentor=row))


@step_page(
    blueprint,
    "/mentors/<int:mentor_id>/appoint",
    needs=Permission.KEEP_TRAINING,
    about=service.mentor_of,
    on=ON_ITS_PAGE,
    form=AppointmentForm,
)
def appoint(row: Mentor, form: AppointmentForm) -> Done:
    """Record an appointment that was decided."""
    service.appoint(db.session(), access.signed_in(), row, form.facts(), at=now())
    return Done(_("The appointment is recorded."), _page_of(row))


@step_page(
    blueprint,
    "/mentors/<int:mentor_id>/end",
    needs=Permission.KEEP_TRAINING,
    about=service.mentor_of,
    on=ON_ITS_PAGE,
    form=EndAppointmentForm,
)
def end(row: Mentor, form: EndAppointmentForm) -> Done:
    """Let an appointment end."""
    held = {appointment.id: appointment for appointment in row.appointments}
    chosen = held.get(form.number())
    if chosen is None:
        raise Refusal("Choose an appointment.", about="appointment")
    service.end_appointment(db.session(), access.signed_in(), chosen, form.last.data or chosen.appointed_from, at=now())
    return Done(_("The appointment ends on that day."), _page_of(row))


@step_page(
    blueprint,
    "/mentors/<int:mentor_id>/invite",
    needs=Permission.KEEP_TRAINING,
    about=service.mentor_of,
    on=ON_ITS_PAGE,
    form=Form,
)
def invite(row: Mentor, _form: Form) -> Done:
    """Send the mentor a letter with a link by which they choose a password."""
    sent = inviting.invite(db.session(), access.signed_in(), row, now())
    said = (
        _("The invitation is on its way to %(email)s.", email=row.email)
        if sent
        else _("The mentor has an account already, and can open the placements that name them.")
    )
    return Done(said, _page_of(row))


def find_invitation(session: orm.Session, token: str) -> About:
    """The invitation that a link names, which whoever has it may open; raises ``Absent``."""
    return About(inviting.invitation_of(session, token), Subject())


@page(
    blueprint,
    "/invitations/<token>",
    needs=Permission.SEE_PUBLIC,
    about=find_invitation,
    methods=("GET", "POST"),
)
def invitation(row: MentorInvitation) -> Answer:
    """Choose a password, and see the placement that one is asked to guide."""
    session, form = db.session(), InvitationForm()
    try:
        inviting.refuse_over(session, row, now())
    except inviting.InvitationOver as over:
        return render_template("mentors/invitation_over.html", reason=over.message), 409

    def step() -> Done:
        token, person = inviting.take_up(session, row, form.new.data or "", now())
        access.remember(token, actor_of(person))
        return Done(_("You can sign in with this password from now on."), url_for("placements.listed"))

    def show() -> str:
        return render_template("mentors/invitation.html", form=form, invitation=row, names=names(session))

    return taken(form, step, show)
