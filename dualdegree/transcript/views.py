"""Which pages list, issue, download, revoke and replace documents?"""

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from dualdegree.conferral import service as conferral
from dualdegree.conferral.models import IssuedDocument
from dualdegree.core.policy import Permission, may
from dualdegree.core.refusal import Absent
from dualdegree.core.text import Message
from dualdegree.core.transcript import DocumentKind
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.transcript import documents as issued_documents
from dualdegree.transcript import interim, service
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms import Form, required
from dualdegree.web.forms.steps import Answer, Done, taken
from dualdegree.web.language.i18n import languages as page_languages
from dualdegree.web.pages import About, page

blueprint = Blueprint("transcript", __name__, template_folder="templates")


class LanguagesForm(Form):
    """In which two languages."""

    languages = SelectField(_l("Languages"))

    def __init__(self) -> None:
        super().__init__()
        names = page_languages()
        self.languages.choices = [
            ("+".join(pair), " + ".join(names[language] for language in pair)) for pair in service.PAIRS
        ]

    def pair(self) -> tuple[str, str]:
        """The two languages that were chosen."""
        return service.pair_of(self.languages.data or "")


class InterimForm(LanguagesForm):
    """In which two languages an institution certifies its own attempts."""

    ids = "interim"

    def __init__(self) -> None:
        super().__init__()
        # Both forms stand on one page: whoever hears the labels alone must be able to tell them apart.
        self.languages.label.text = _("Interim transcript in")


class RevokeForm(Form):
    """Why a document is taken out of force."""

    reason = StringField(
        _l("Reason"),
        description=_l("Whoever verifies the document reads it."),
        validators=[required(_l("Say why the document is revoked."))],
    )


class ReplaceForm(LanguagesForm, RevokeForm):
    """Why, and in which two languages the new document is."""


def document_of(session: orm.Session, serial: str) -> About:
    """The document with this serial, which is its holder's business and both institutions'."""
    issued = issued_documents.document(session, serial)
    student = session.get(Student, issued.student_id)
    if student is None:
        raise Absent("There is no such student.")
    subject = student.policy_subject()
    alone = issued.kind == DocumentKind.INTERIM
    return About((issued, student), subject.at(issued.institution_id) if alone else subject)


@page(blueprint, "/students/<int:student_id>/documents", needs=Permission.SEE_DOCUMENTS, about=student_of)
def documents(student: Student) -> str:
    """What was issued to a student, and what may be printed now."""
    return _documents_page(student, LanguagesForm())


@page(blueprint, "/students/<int:student_id>/transcript.pdf", needs=Permission.DOWNLOAD_DOCUMENT, about=student_of)
def unofficial(student: Student) -> Response:
    """The unofficial transcript, at any time."""
    pair = service.pair_of(request.args.get("languages", ""))
    pdf = service.unofficial(db.session(), access.signed_in(), student, pair, now())
    return _as_pdf(pdf, f"unofficial-{student.id}.pdf")


@page(
    blueprint, "/students/<int:student_id>/issue", needs=Permission.ISSUE_DOCUMENT, about=student_of, methods=("POST",)
)
def issue(student: Student) -> Answer:
    """Issue the official transcript."""
    form = LanguagesForm()

    def step() -> Done:
        wanted = _wanted(form)
        issued = service.issue(db.session(), access.signed_in(), student, wanted)
        said = _("Issued as %(serial)s.", serial=issued.serial)
        return Done(said, url_for("transcript.documents", student_id=student.id))

    return taken(form, step, lambda: _documents_page(student, form))


@page(
    blueprint,
    "/students/<int:student_id>/interim",
    needs=Permission.ISSUE_INTERIM,
    about=student_of,
    methods=("POST",),
)
def issue_interim(student: Student) -> Answer:
    """Issue the interim transcript of the registrar's own institution."""
    form = InterimForm()

    def step() -> Done:
        wanted = _wanted(form)
        own = _own(student) or ""
        issued = interim.issue_interim(db.session(), access.signed_in(), student, own, wanted)
        said = _("Issued as %(serial)s.", serial=issued.serial)
        return Done(said, url_for("transcript.documents", student_id=student.id))

    return taken(form, step, lambda: _documents_page(student, LanguagesForm(), form))


@page(blueprint, "/documents", needs=Permission.SEE_ISSUED, menu=(440, Message("Documents")))
def issued() -> str:
    """Everything that was issued to the institution's students."""
    session = db.session()
    students = conferral.students_of(session, access.signed_in().institution or "")
    rows = [
        (document, student)
        for document, student in issued_documents.issued_with_holders(session, students)
        if document.kind == DocumentKind.OFFICIAL or _may_download(document, student)
    ]
    replaced = issued_documents.replacements(session, [document for document, _student in rows])
    days = issued_documents.days_of_issue(session, [document for document, _student in rows])
    return render_template("transcript/issued.html", rows=rows, replaced=replaced, days=days)


@page(blueprint, "/documents/<serial>.pdf", needs=Permission.DOWNLOAD_DOCUMENT, about=document_of)
def download(paper: tuple[IssuedDocument, Student]) -> Response:
    """The very bytes that were issued."""
    return _as_pdf(paper[0].pdf, f"{paper[0].serial}.pdf")


@page(
    blueprint,
    "/documents/<serial>/revoke",
    needs=Permission.REVOKE_DOCUMENT,
    about=document_of,
    methods=("GET", "POST"),
)
def revoke(paper: tuple[IssuedDocument, Student]) -> Answer:
    """Take a document out of force."""
    document, student = paper
    form, serial = RevokeForm(), document.serial

    def step() -> Done:
        service.revoke(db.session(), access.signed_in(), document, form.reason.data or "", now())
        return Done(_("%(serial)s is revoked.", serial=serial), url_for("transcript.documents", student_id=student.id))

    def show() -> str:
        return render_template("transcript/revoke.html", document=document, student=student, form=form)

    return taken(form, step, show)


@page(
    blueprint,
    "/documents/<serial>/replace",
    needs=Permission.REVOKE_DOCUMENT,
    about=document_of,
    methods=("GET", "POST"),
)
def replace(paper: tuple[IssuedDocument, Student]) -> Answer:
    """Issue a new document in place of this one."""
    document, student = paper
    form, serial = ReplaceForm(), document.serial

    def step() -> Done:
        wanted = _wanted(form)
        new = service.replace(db.session(), access.signed_in(), document, wanted, form.reason.data or "")
        said = _("%(old)s is replaced by %(new)s.", old=serial, new=new.serial)
        return Done(said, url_for("transcript.documents", student_id=student.id))

    def show() -> str:
        return render_template("transcript/replace.html", document=document, student=student, form=form)

    return taken(form, step, show)


def _wanted(form: LanguagesForm) -> service.WantedDocument:
    return service.WantedDocument(languages=form.pair(), at=now(), public_url=current_app.config["PUBLIC_URL"])


def _own(student: Student) -> str | None:
    """The institution for which the reader acts as its registrar, if any of the two."""
    kept = student.kept_by(access.signed_in())
    return kept.institution_id if kept else None


def _documents_page(student: Student, form: LanguagesForm, interim_form: "InterimForm | None" = None) -> str:
    session, actor = db.session(), access.actor()
    interims = [row for row in issued_documents.interims_of(session, student) if _may_download(row, student)]
    issued = issued_documents.documents_of(session, student)
    return render_template(
        "transcript/documents.html",
        student=student,
        documents=issued,
        replaced=issued_documents.replacements(session, issued),
        days=issued_documents.days_of_issue(session, issued),
        standing=conferral.standing(session, student, now()),
        may_issue=may(actor, Permission.ISSUE_DOCUMENT, student.policy_subject()),
        pairs=service.PAIRS,
        form=form,
        interims=interims,
        interim_days=issued_documents.days_of_issue(session, interims),
        interim_form=interim_form or InterimForm(),
        own=_own(student),
        names=names(session),
    )


def _may_download(issued: IssuedDocument, student: Student) -> bool:
    own = student.policy_subject().at(issued.institution_id)
    return may(access.actor(), Permission.DOWNLOAD_DOCUMENT, own)


def _as_pdf(pdf: bytes, name: str) -> Response:
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
