"""Which pages let a student ask for recognition, follow it and appeal, and a registrar enter, lift and close it?"""

from collections.abc import Mapping
from contextlib import closing

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from dualdegree.audit.comparing import Effect
from dualdegree.audit.dossiers import Dossier, NothingToAudit
from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.audit.service import NAMES, Include
from dualdegree.core.approval import State
from dualdegree.core.policy import Permission, may
from dualdegree.core.recognition import KINDS, REASONS, RefusalReason
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.db import db
from dualdegree.history import told
from dualdegree.messages.wording import restored
from dualdegree.programmes.presenting import names
from dualdegree.recognition.evidence import service as evidence
from dualdegree.recognition.evidence.examining import NoEvidence
from dualdegree.recognition.evidence.folder import handed_out, store
from dualdegree.recognition.evidence.service import Handed
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.requests.forms import AskForm, RequestPaperForm, StepForm
from dualdegree.requests.judging.effects import effects
from dualdegree.requests.judging.objections import refuse_troubles, side_of
from dualdegree.requests.judging.to_equivalence import propose_equivalence
from dualdegree.requests.ledger import ledger
from dualdegree.requests.list_rows import show, stays_of
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.notices import STATES
from dualdegree.requests.offered import offered
from dualdegree.requests.presenting import earned, named, papers, shown
from dualdegree.requests.wanted import WantedRecognition
from dualdegree.requests.workflow import asking, entering
from dualdegree.requests.workflow.steps import reading_subject, request_of, spared
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.pages import About, page

blueprint = Blueprint("requests", __name__, template_folder="templates")

Answer = str | Response | tuple[str, int]


def find_at_home(session: orm.Session, request_id: int) -> About:
    """The request as whoever serves the recognising institution sees it; raises ``Absent``."""
    recognition_request = request_of(session, request_id)
    return About(recognition_request, recognition_request.subject_at(recognition_request.institution_id))


def find_to_read(session: orm.Session, request_id: int) -> About:
    """The request with all that decides who reads it; raises ``Absent``."""
    recognition_request = request_of(session, request_id)
    return About(recognition_request, reading_subject(session, recognition_request))


@page(blueprint, "/students/<int:student_id>/recognition", needs=Permission.SEE_RECORD, about=student_of)
def listed(student: Student) -> str:
    """What this student asked for and how far it has come, the ledger of credits, and the stays."""
    session = db.session()
    try:
        dossier: Dossier | None = dossier_of(session, student)
    except NothingToAudit:
        dossier = None
    return render_template(
        "requests/requests.html",
        student=student,
        shown=show(session, _readable(session, student), now().date()),
        entries=ledger(dossier) if dossier else (),
        sides=dossier.sides if dossier and len(dossier.sides) == 2 else (),
        stays=[
            agreement
            for agreement in stays_of(session, student)
            if may(access.signed_in(), Permission.SEE_RECOGNITION, agreement.policy_subject())
        ],
        states=STATES,
        names=names(session),
        may_ask=may(access.signed_in(), Permission.ASK_RECOGNITION, student.policy_subject()),
        may_plan=may(access.signed_in(), Permission.PLAN_STAY, student.policy_subject()),
    )


def _readable(session: orm.Session, student: Student) -> list[int]:
    """Of what this student asked for, what the reader may read: a draft is the student's alone."""
    actor, known = access.signed_in(), asking.requests_of(session, student)
    return [
        request.id for request in known if may(actor, Permission.SEE_RECOGNITION, reading_subject(session, request))
    ]


@page(
    blueprint,
    "/students/<int:student_id>/recognition/new",
    needs=Permission.ASK_RECOGNITION,
    about=student_of,
    methods=("GET", "POST"),
)
def new(student: Student) -> Answer:
    """Choose what was done and what it should count as, see the effect, keep it as a draft or submit it."""
    dossier = dossier_of(db.session(), student)
    degree = request.args.get("degree") or dossier.sides[0].curriculum.degree.id
    return _asked(dossier, degree, AskForm.of(dossier, degree), None)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/edit",
    needs=Permission.ASK_RECOGNITION,
    about=request_of,
    methods=("GET", "POST"),
)
def edit(recognition_request: RecognitionRequest) -> Answer:
    """Mend a draft, or what was sent back."""
    dossier = dossier_of(db.session(), recognition_request.student)
    return _asked(
        dossier,
        recognition_request.degree,
        AskForm.of(dossier, recognition_request.degree, recognition_request),
        recognition_request,
    )


def _asked(dossier: Dossier, degree: str, form: AskForm, recognition_request: RecognitionRequest | None) -> Answer:
    session, side = db.session(), side_of(dossier, degree)
    effect: Mapping[Include, Effect] = {}
    if form.is_submitted() and form.validate():
        try:
            wanted = form.wanted(degree, side.curriculum)
            if form.save.data or form.hand_in.data:
                return _kept(session, dossier, wanted, form, recognition_request)
            key = recognition_request.subject if recognition_request else "new"
            refuse_troubles(dossier, wanted, key, spared(session, side.curriculum.institution))
            effect = effects(session, dossier, [(key, wanted)], now())
        except Conflict:
            raise
        except Refusal as refused:
            form.refuse(refused)
    answer = render_template(
        "requests/ask.html",
        student=dossier.student,
        form=form,
        one=recognition_request,
        side=side,
        sides=dossier.sides,
        effects=effect,
        kinds=NAMES,
        names=names(session),
    )
    return (answer, 400) if form.errors else answer


def _kept(
    session: orm.Session,
    dossier: Dossier,
    wanted: WantedRecognition,
    form: AskForm,
    recognition_request: RecognitionRequest | None,
) -> Response:
    actor = access.signed_in()
    if recognition_request is None:
        recognition_request = asking.draft(session, actor, dossier.student, wanted, now())
    else:
        asking.revise(session, actor, recognition_request, wanted, seen=form.seen)
    if form.hand_in.data:
        asking.submit(session, actor, recognition_request, seen=None, at=now())
        flash(_("Your request is submitted."), "success")
    else:
        flash(_("Your request is kept as a draft."), "success")
    return redirect(url_for("requests.request_", request_id=recognition_request.id))


@page(blueprint, "/recognition/requests/<int:request_id>", needs=Permission.SEE_RECOGNITION, about=find_to_read)
def request_(recognition_request: RecognitionRequest) -> str:
    """One request: what is asked for, how far it has come, what was decided and why, and how to appeal."""
    return _request_page(recognition_request, RequestPaperForm())


def _request_page(recognition_request: RecognitionRequest, paper: RequestPaperForm) -> str:
    session, actor = db.session(), access.signed_in()
    return render_template(
        "requests/request.html",
        **facts_of(session, recognition_request, dossier_of(session, recognition_request.student), paper),
        may_list=may(actor, Permission.SEE_RECORD, recognition_request.policy_subject()),
        may_work=may(actor, Permission.WORK_RECOGNITION, reading_subject(session, recognition_request)),
    )


def facts_of(
    session: orm.Session,
    recognition_request: RecognitionRequest,
    dossier: Dossier,
    paper: RequestPaperForm | None = None,
) -> dict[str, object]:
    """What every page about one request shows, and every act that it offers; ``dossier`` is the student's."""
    offers = offered(session, access.signed_in(), recognition_request, now())
    curricula, record = [side.curriculum for side in dossier.sides], dossier.case.record
    return {
        "one": recognition_request,
        "student": recognition_request.student,
        "acts": offers.acts,
        "for_another": offers.for_another,
        "paper": paper or RequestPaperForm(),
        "is_appealed": recognition_request.state == State.APPEALED,
        "is_to_be_entered": recognition_request.state == State.PARTLY_GRANTED,
        "shown": shown(
            recognition_request, recognition_request.student.full_name, curricula, named(record), now().date()
        ),
        "earned": list(earned(recognition_request, record)),
        "papers": papers(session, recognition_request, dossier),
        "states": STATES,
        "kinds_of_work": KINDS,
        "reasons": REASONS,
        "reason": REASONS[RefusalReason(recognition_request.reason)] if recognition_request.reason else None,
        "working": [restored(step) for step in recognition_request.working],
        "names": names(session),
        "events": told(session, recognition_request.subject, recognition_request.institution_id),
    }


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/submit",
    needs=Permission.ASK_RECOGNITION,
    about=request_of,
    methods=("POST",),
)
def submit(recognition_request: RecognitionRequest) -> Response:
    """Hand in what was a draft."""
    asking.submit(db.session(), access.signed_in(), recognition_request, seen=StepForm().seen, at=now())
    flash(_("Your request is submitted."), "success")
    return _back(recognition_request)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/withdraw",
    needs=Permission.ASK_RECOGNITION,
    about=request_of,
    methods=("POST",),
)
def withdraw(recognition_request: RecognitionRequest) -> Response:
    """Take back a request or an appeal."""
    asking.withdraw(db.session(), access.signed_in(), recognition_request, seen=StepForm().seen, at=now())
    flash(_("It is withdrawn."), "success")
    return _back(recognition_request)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/appeal",
    needs=Permission.ASK_RECOGNITION,
    about=request_of,
    methods=("POST",),
)
def appeal(recognition_request: RecognitionRequest) -> Response:
    """Ask that another person decides anew."""
    form = StepForm()
    words = form.reason.data or ""
    asking.appeal(db.session(), access.signed_in(), recognition_request, words=words, seen=form.seen, at=now())
    flash(_("Your appeal is lodged; another person decides."), "success")
    return _back(recognition_request)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/paper",
    needs=Permission.HAND_IN_EVIDENCE,
    about=request_of,
    methods=("POST",),
)
def paper(recognition_request: RecognitionRequest) -> Answer:
    """Hand in a syllabus or another paper, as PDF."""
    form = RequestPaperForm()
    if not form.validate():
        return _request_page(recognition_request, form), 400
    with closing(form.file.data) as upload:
        handed = Handed(
            institution=recognition_request.partner_id,
            name=upload.filename or "",
            content=upload.read(),
            student=recognition_request.student,
        )
    try:
        kept = evidence.keep(db.session(), access.signed_in(), store(), handed, at=now())
    except NoEvidence as refused:
        form.refuse(refused, "file")
        return _request_page(recognition_request, form), 400
    flash(_("%(name)s is kept.", name=kept.name), "success")
    return _back(recognition_request)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/papers/<int:file_id>",
    needs=Permission.SEE_RECOGNITION,
    about=find_to_read,
)
def paper_of(recognition_request: RecognitionRequest, file_id: int) -> Response:
    """One of the papers that speak for it, to whoever may read the request."""
    session = db.session()
    known = papers(session, recognition_request, dossier_of(session, recognition_request.student))
    file = next((paper for paper in known if paper.id == file_id), None)
    if file is None:
        raise NotFound
    return handed_out(file)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/enter",
    needs=Permission.ENTER_RECOGNITION,
    about=find_at_home,
    methods=("POST",),
)
def enter(recognition_request: RecognitionRequest) -> Response:
    """Let every audit apply what was granted."""
    entering.enter(db.session(), access.signed_in(), recognition_request, seen=StepForm().seen, at=now())
    flash(_("The recognition is entered; every audit of this student applies it from now on."), "success")
    return _back(recognition_request)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/lift",
    needs=Permission.ENTER_RECOGNITION,
    about=find_at_home,
    methods=("POST",),
)
def lift(recognition_request: RecognitionRequest) -> Response:
    """Let no audit apply it any more."""
    form = StepForm()
    entering.lift(
        db.session(), access.signed_in(), recognition_request, reason=form.reason.data or "", seen=form.seen, at=now()
    )
    flash(_("The recognition is lifted; no audit applies it any more."), "success")
    return _back(recognition_request)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/close",
    needs=Permission.ENTER_RECOGNITION,
    about=find_at_home,
    methods=("POST",),
)
def close(recognition_request: RecognitionRequest) -> Response:
    """Close what was refused."""
    entering.close(db.session(), access.signed_in(), recognition_request, seen=StepForm().seen, at=now())
    flash(_("The request is closed."), "success")
    return _back(recognition_request)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/equivalence",
    needs=Permission.IMPORT_FILES,
    about=find_at_home,
    methods=("POST",),
)
def equivalence(recognition_request: RecognitionRequest) -> Response:
    """Propose for everybody what was granted here."""
    version = propose_equivalence(db.session(), access.signed_in(), recognition_request, now())
    flash(_("The equivalence is proposed; it is in force once both institutions approve this text."), "success")
    return redirect(url_for("recognition.table", table_id=version.id))


def _back(recognition_request: RecognitionRequest) -> Response:
    return redirect(url_for("requests.request_", request_id=recognition_request.id))
