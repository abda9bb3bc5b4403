"""Which pages keep the enterprises where students train, and the agreements with them?"""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from dualdegree.core.policy import Permission, may, of_institutions, own_business
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes.presenting import names
from dualdegree.programmes.service import institutions
from dualdegree.programmes.texts import profile_of
from dualdegree.records.service import student_numbered
from dualdegree.training.enterprises import service
from dualdegree.training.enterprises.forms import EnterpriseForm, TrainingAgreementForm
from dualdegree.training.enterprises.models import Enterprise, TrainingAgreement
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms.steps import Answer, Done, taken
from dualdegree.web.language import i18n
from dualdegree.web.listing import part
from dualdegree.web.pages import About, page

blueprint = Blueprint("enterprises", __name__, template_folder="templates")


def every_institution(session: orm.Session) -> tuple[str, ...]:
    """The institutions of the programme, all of whom read these lists."""
    return tuple(institution.id for institution in institutions(session))


def find_to_read(session: orm.Session, enterprise_id: int) -> About:
    """The enterprise as everybody in the programme reads it; raises ``Absent``."""
    row = service.enterprise_of(session, enterprise_id)
    return About(row, of_institutions(*every_institution(session)))


@page(blueprint, "/enterprises", needs=Permission.SEE_TRAINING, menu=(340, Message("Enterprises")))
def listed() -> str:
    """The enterprises where students of the programme train."""
    session = db.session()
    actor, rows = access.signed_in(), part(session, service.enterprises_of(every_institution(session)))
    may_keep = may(actor, Permission.KEEP_TRAINING, own_business(actor))
    return render_template("enterprises/enterprises.html", enterprises=rows, names=names(session), may_keep=may_keep)


@page(blueprint, "/enterprises/new", needs=Permission.KEEP_TRAINING, methods=("GET", "POST"))
def new() -> Answer:
    """Add an enterprise to the institution's list."""
    session, actor = db.session(), access.signed_in()
    form = EnterpriseForm.filled(country=_country(session, actor.institution or ""))

    def step() -> Done:
        row = service.save_enterprise(session, actor, actor.institution or "", form.facts(), at=now())
        return Done(_("The enterprise is on the list."), url_for("enterprises.enterprise", enterprise_id=row.id))

    return taken(form, step, lambda: render_template("enterprises/enter_enterprise.html", form=form, enterprise=None))


def _country(session: orm.Session, institution: str) -> str:
    return next((profile_of(row).country for row in institutions(session) if row.id == institution), "")


@page(blueprint, "/enterprises/<int:enterprise_id>", needs=Permission.SEE_TRAINING, about=find_to_read)
def enterprise(row: Enterprise) -> str:
    """One enterprise with its agreements and its history."""
    session, actor = db.session(), access.signed_in()
    return render_template(
        "enterprises/enterprise.html",
        enterprise=row,
        names=names(session),
        may_keep=may(actor, Permission.KEEP_TRAINING, row.policy_subject()),
        may_agree=may(actor, Permission.KEEP_TRAINING, own_business(actor)),
        own=actor.institution,
        events=history_lines(session, row.subject, actor.institution or ""),
    )


@page(
    blueprint,
    "/enterprises/<int:enterprise_id>/edit",
    needs=Permission.KEEP_TRAINING,
    about=service.enterprise_of,
    methods=("GET", "POST"),
)
def edit(row: Enterprise) -> Answer:
    """Change what the list says of an enterprise."""
    session, actor, form = db.session(), access.signed_in(), EnterpriseForm.filled(row)

    def step() -> Done:
        service.save_enterprise(
            session, actor, row.institution_id, form.facts(), at=now(), enterprise=row, seen=form.seen
        )
        return Done(_("The enterprise is saved."), url_for("enterprises.enterprise", enterprise_id=row.id))

    return taken(form, step, lambda: render_template("enterprises/enter_enterprise.html", form=form, enterprise=row))


@page(
    blueprint,
    "/enterprises/<int:enterprise_id>/agreements/new",
    needs=Permission.KEEP_TRAINING,
    about=find_to_read,
    methods=("GET", "POST"),
)
def new_agreement(row: Enterprise) -> Answer:
    """Write down an agreement on training that was signed with the enterprise."""
    return _agreement_page(row, None)


@page(
    blueprint,
    "/enterprises/agreements/<int:agreement_id>",
    needs=Permission.KEEP_TRAINING,
    about=service.agreement_of,
    methods=("GET", "POST"),
)
def agreement(row: TrainingAgreement) -> Answer:
    """Change an agreement on training, such as its end when it is extended."""
    return _agreement_page(row.enterprise, row)


def _agreement_page(enterprise_: Enterprise, row: TrainingAgreement | None) -> Answer:
    session, actor = db.session(), access.signed_in()
    own = row.institution_id if row else actor.institution or ""
    partners = [(each.id, i18n.say(each.names)) for each in institutions(session) if each.id != own]
    form = TrainingAgreementForm.filled(partners, row, _number(row, own))

    def step() -> Done:
        facts = form.facts(_student(session, form.student.data or ""))
        service.save_agreement(session, actor, own, enterprise_, facts, at=now(), agreement=row, seen=form.seen)
        return Done(_("The agreement is saved."), url_for("enterprises.enterprise", enterprise_id=enterprise_.id))

    def show() -> str:
        return render_template("enterprises/enter_agreement.html", form=form, enterprise=enterprise_, agreement=row)

    return taken(form, step, show)


def _number(row: TrainingAgreement | None, own: str) -> str:
    sides = row.student.enrolments if row and row.student else []
    return next((side.number for side in sides if side.institution_id == own), "")


def _student(session: orm.Session, number: str) -> int | None:
    if not number.strip():
        return None
    try:
        return student_numbered(session, number.strip()).id
    except Absent as absent:
        raise Refusal(absent.message, about="student") from None
