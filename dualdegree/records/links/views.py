"""Which pages confirm or refuse that a student of this register is the partner's?"""

from typing import TypeVar

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import orm

from dualdegree.core.policy import Permission, of_institutions
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.records.forms import LinkRefusalForm
from dualdegree.records.importing.people import likely, links
from dualdegree.records.importing.people.identity import personal_data_in
from dualdegree.records.links.evidence_words import agreeing, differing
from dualdegree.records.models import Enrolment, LinkProposal
from dualdegree.records.views import blueprint
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form, at
from dualdegree.web.forms.steps import Answer, Done, HomePage, StepPage, step_page, taken
from dualdegree.web.listing import part
from dualdegree.web.pages import About, page

MOST_LISTED = 500
FormOfLink = TypeVar("FormOfLink", bound=Form)


@page(blueprint, links.PAGE, needs=Permission.IMPORT_FILES)
def proposed_links() -> str:
    """The links that wait for the registrar's institution, and those that it waits for."""
    return _listed()


def _listed(refused: LinkProposal | None = None, sent: Form | None = None) -> str:
    session, own = db.session(), access.signed_in().institution or ""
    waiting = part(session, links.waiting_for(own))
    forms = {proposal.id: LinkRefusalForm(formdata=None) for proposal in waiting.rows}
    if refused is not None and refused.id in forms and isinstance(sent, LinkRefusalForm):
        forms[refused.id] = sent
    for proposal_id, form in forms.items():
        form.begin_ids_with(f"refuse-{proposal_id}")
    return render_template(
        "records/links.html",
        waiting=waiting,
        forms=forms,
        elsewhere=session.scalars(links.waiting_elsewhere(own).limit(MOST_LISTED)).all(),
        likely=likely.likely_matches(session, own),
        dismissed=session.scalars(likely.dismissed(own).limit(MOST_LISTED)).all(),
        personal_data_in=personal_data_in,
        evidence_of=likely.evidence_of,
        agreeing=agreeing,
        differing=differing,
        agree=links.agree,
        names=names(session),
    )


ON_THE_LIST = HomePage(needs=Permission.IMPORT_FILES, about=links.proposal_of, show=_listed)


def _step_page(action: str, form: type[FormOfLink]) -> StepPage[FormOfLink]:
    url, needs = f"{links.PAGE}/<int:proposal_id>/{action}", Permission.IMPORT_FILES
    return step_page(blueprint, url, needs=needs, about=links.proposal_of, on=ON_THE_LIST, form=form)


@page(blueprint, f"{links.PAGE}/alike", needs=Permission.IMPORT_FILES, methods=("POST",))
def confirm_alike() -> Answer:
    """Confirm every link on which both registers agree."""
    actor = access.signed_in()

    def step() -> Done:
        count = links.confirm_alike(db.session(), actor, actor.institution or "", now())
        said = ngettext("%(num)s link is confirmed.", "%(num)s links are confirmed.", count)
        return Done(said, url_for("records.proposed_links"))

    return taken(Form(), step, _listed)


@_step_page("confirm", Form)
def confirm_link(proposal: LinkProposal, _form: Form) -> Done:
    """Make one student of the two."""
    links.confirm_link(db.session(), access.signed_in(), proposal, now())
    said = _("The link is confirmed: both registers hold one student now.")
    return Done(said, url_for("records.proposed_links"))


@_step_page("refuse", LinkRefusalForm)
def refuse_link(proposal: LinkProposal, form: LinkRefusalForm) -> Done:
    """Say that the two are not one student."""
    with at("reason"):
        links.refuse_link(db.session(), access.signed_in(), proposal, (form.reason.data or "")[:500], now())
    return Done(_("The link is refused; the partner reads why."), url_for("records.proposed_links"))


def _pair(session: orm.Session, own_id: int, their_id: int) -> About:
    own, theirs = likely.pair_of(session, own_id, their_id)
    return About((own, theirs), of_institutions(own.institution_id))


def _match_step(action: str) -> StepPage[Form]:
    url, needs = f"{links.PAGE}/likely/<int:own_id>/<int:their_id>/{action}", Permission.IMPORT_FILES
    on = HomePage(needs=needs, about=_pair, show=_listed_again)
    return step_page(blueprint, url, needs=needs, about=_pair, on=on, form=Form)


def _listed_again(_thing: object, _sent: Form) -> str:
    return _listed()


@_match_step("propose")
def propose_match(pair: tuple[Enrolment, Enrolment], _form: Form) -> Done:
    """Offer the partner the own student, to be confirmed as one of its own."""
    likely.propose_match(db.session(), access.signed_in(), *pair, now())
    return Done(_("Proposed. The partner sees your student now and confirms or refuses."), link_list())


@_match_step("dismiss")
def dismiss_match(pair: tuple[Enrolment, Enrolment], _form: Form) -> Done:
    """Say that they are not one person."""
    likely.dismiss_match(db.session(), access.signed_in(), *pair, now())
    return Done(_("Remembered: they are not one person. You can look at it again below."), link_list())


def _put_aside(session: orm.Session, proposal_id: int) -> About:
    proposal = links.proposal_of(session, proposal_id)
    return About(proposal, of_institutions(proposal.enrolment.institution_id))


@step_page(
    blueprint,
    f"{links.PAGE}/<int:proposal_id>/reopen",
    needs=Permission.IMPORT_FILES,
    about=_put_aside,
    on=HomePage(needs=Permission.IMPORT_FILES, about=_put_aside, show=_listed_again),
    form=Form,
)
def reopen_match(proposal: LinkProposal, _form: Form) -> Done:
    """Have a match suggested again that was put aside."""
    likely.reopen_match(db.session(), access.signed_in(), proposal, now())
    return Done(_("The match is suggested again."), link_list())


def link_list() -> str:
    """The address of the page that lists all links."""
    return url_for("records.proposed_links")
