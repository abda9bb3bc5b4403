"""Which pages show what is missing in which language and whom it stops, and let two persons enter and approve it?"""

from typing import NamedTuple

from flask import Blueprint, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from dualdegree.core.policy import Permission
from dualdegree.core.text import LANGUAGES, Language, Message
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes.service import institution as institution_of
from dualdegree.records.service import people
from dualdegree.titles import service
from dualdegree.titles.catalogue import KINDS, PARTS, TitleKind
from dualdegree.titles.forms import TitleEntryForm, TitleRefusalForm
from dualdegree.titles.listing import MISSING, TitleLine, line_at, lines, stopped
from dualdegree.titles.models import TitleForm
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form, SeenForm
from dualdegree.web.forms.steps import Answer, Done, HomePage, step_page, taken
from dualdegree.web.language import i18n
from dualdegree.web.listing import part
from dualdegree.web.pages import page

blueprint = Blueprint("titles", __name__, template_folder="templates")

STATES: dict[str, tuple[str, Message]] = {
    MISSING: ("unmet", Message("Missing")),
    service.WAITING: ("pending", Message("Waits for approval")),
    service.APPROVED: ("met", Message("Title approved")),
    service.REFUSED: ("void", Message("Title sent back")),
    service.WITHDRAWN: ("void", Message("Title withdrawn")),
    service.REPLACED: ("void", Message("Title replaced")),
}
MOST = 300
"""How many lines one page lists; filters find the others."""


@blueprint.record
def _read_forms(state: BlueprintSetupState) -> None:
    i18n.read_forms_with(state.app, lambda: service.approved_forms(db.session()))


class TitleFilter(NamedTuple):
    """What the list is narrowed to; "" for everything."""

    kind: str
    state: str
    language: str

    def keeps(self, line: TitleLine) -> bool:
        """Whether the line is shown."""
        return (
            self.kind in {"", line.title.kind}
            and self.state in {"", line.state}
            and self.language in {"", line.language}
        )


@page(blueprint, "/titles", needs=Permission.EDIT_PROFILE, menu=(140, Message("Titles and translations")))
def titles() -> str:
    """What lacks an approved form in which language, what waits, and whom it stops; what stops most comes first."""
    session, own = db.session(), access.signed_in().institution or ""
    wanted = TitleFilter(*(request.args.get(name, "") for name in TitleFilter._fields))
    every = [line for line in lines(session, institution_of(session, own)) if wanted.keeps(line)]
    order = sorted(every, key=lambda line: (not line.title.is_printed, -line.stops))
    return render_template(
        "titles/titles.html",
        lines=order[:MOST],
        total=len(order),
        wanted=wanted,
        kinds=KINDS,
        parts=PARTS,
        states=STATES,
        languages_of_texts={code: Language(code) for code in LANGUAGES},
    )


@page(blueprint, "/titles/<address>/<language>", needs=Permission.EDIT_PROFILE, methods=("GET", "POST"))
def enter(address: str, language: str) -> Answer:
    """Enter a title in a language, with whom the want of it stops."""
    own = institution_of(db.session(), access.signed_in().institution or "")
    line = line_at(db.session(), own, address, language)
    form = TitleEntryForm()

    def step() -> Done:
        entry = {line.language: form.form.data or ""}
        service.enter(db.session(), access.signed_in(), own, line.title, entry, at=now())
        return Done(_("Entered. Another person of the institution approves it."), url_for("titles.titles"))

    def show() -> str:
        session = db.session()
        return render_template(
            "titles/enter.html",
            line=line,
            form=form,
            stopped=part(session, stopped(session, own.id, line.title)),
            kinds=KINDS,
            parts=PARTS,
            states=STATES,
        )

    return taken(form, step, show)


@page(blueprint, "/titles/<int:form_id>", needs=Permission.EDIT_PROFILE, about=service.form_of)
def title(row: TitleForm) -> str:
    """One title that was entered, for another person to approve."""
    return _shown(row)


def _shown(row: TitleForm, sent: Form | None = None) -> str:
    session = db.session()
    yes = SeenForm(formdata=None)
    no = sent if isinstance(sent, TitleRefusalForm) else TitleRefusalForm(formdata=None)
    for each in (yes, no):
        each.reread(row)
    kind, _mark, code = row.about.partition(":")
    return render_template(
        "titles/title.html",
        row=row,
        kind=KINDS[TitleKind(kind)],
        code=PARTS.get(code, code),
        yes=yes,
        no=no,
        own_entry=row.entered_by == access.signed_in().person_id,
        states=STATES,
        waits=row.state == service.WAITING,
        people=people(session, [row.entered_by, row.decided_by]),
        events=history_lines(session, row.subject, row.institution_id),
    )


ON_ITS_PAGE = HomePage(needs=Permission.EDIT_PROFILE, about=service.form_of, show=_shown)


@step_page(
    blueprint,
    "/titles/<int:form_id>/approve",
    needs=Permission.EDIT_PROFILE,
    about=service.form_of,
    on=ON_ITS_PAGE,
    form=SeenForm,
)
def approve(row: TitleForm, form: SeenForm) -> Done:
    """Let documents and pages use it."""
    service.approve(db.session(), access.signed_in(), row, seen=form.seen, at=now())
    return Done(_("Approved. Documents and pages use it from now on."), url_for("titles.titles"))


@step_page(
    blueprint,
    "/titles/<int:form_id>/refuse",
    needs=Permission.EDIT_PROFILE,
    about=service.form_of,
    on=ON_ITS_PAGE,
    form=TitleRefusalForm,
)
def refuse(row: TitleForm, form: TitleRefusalForm) -> Done:
    """Send it back, or take back one's own."""
    service.refuse(db.session(), access.signed_in(), row, reason=form.reason.data or "", seen=form.seen, at=now())
    return Done(_("The title is sent back with the reason."), url_for("titles.titles"))
