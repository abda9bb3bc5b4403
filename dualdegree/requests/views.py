"""Which pages let a student ask for recognition, follow it and appeal, and a registrar enter, lift and close it?"""

from collections.abc import Callable
from contextlib import closing
from typing import Any, TypeVar

from flask import Blueprint, render_template, request, url_for
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
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.messages.wording import restored
from dualdegree.programmes.curricula.vocabulary import vocabulary_of
from dualdegree.programmes.presenting import names
from dualdegree.programmes.service import curriculum_versions
from dualdegree.recognition.choices.service import admissions_of, on_offer
from dualdegree.recognition.editing.comparing import entry_in_words
from dualdegree.recognition.evidence import service as evidence
from dualdegree.recognition.evidence.folder import handed_out, store
from dualdegree.recognition.evidence.service import Handed
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.requests.forms import AppealForm, AskForm, LiftForm, RequestPaperForm, forms_for
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
from dualdegree.web.forms import Form, SeenForm, at
from dualdegree.web.forms.steps import Answer, Done, HomePage, StepPage, step_page, taken
from dualdegree.web.language.i18n import today
from dualdegree.web.pages import About, page

blueprint = Blueprint("requests", __name__, template_folder="templates")

FormOfRequest = TypeVar("FormOfRequest", bound=Form)


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
        shown=show(session, _readable(session, student), today(now())),
        entries=ledger(dossier) if dossier else (),
        sides=dossier.sides if dossier and len(dossier.sides) == 2 else (),
        stays=[
            agreement
            for agreement in stays_of(session, student)
            if may(access.signed_in(), Permission.SEE_RECOGNITION, agreement.policy_subject())
        ],
        states=STATES,
        choices=_choices(dossier) if dossier else (),
        names=names(session),
        may_ask=may(access.signed_in(), Permission.ASK_RECOGNITION, student.policy_subject()),
        may_plan=may(access.signed_in(), Permission.PLAN_STAY, student.policy_subject()),
    )


def _choices(dossier: Dossier) -> tuple[tuple[Message, bool], ...]:
    """Each equivalence that is this student's choice, in words, and whether it is chosen."""
    offered = on_offer(dossier.equivalences, admissions_of(dossier.student))
    if not offered:
        return ()
    words = vocabulary_of(curriculum_versions(db.session(), [dossier.student.programme_id]))
    return tuple((entry_in_words(entry, words), entry.is_applied(dossier.chosen)) for entry in offered)


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
    return _asked(dossier, degree, AskForm.filled(dossier, degree), None)


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
        AskForm.filled(dossier, recognition_request.degree, recognition_request),
        recognition_request,
    )


def _asked(dossier: Dossier, degree: str, form: AskForm, recognition_request: RecognitionRequest | None) -> Answer:
    session, side = db.session(), side_of(dossier, degree)
    effect: dict[Include, Effect] = {}

    def step() -> Done | None:
        wanted = form.wanted(degree, side.curriculum)
        if form.save.data or form.hand_in.data:
            return _kept(session, dossier, wanted, form, recognition_request)
        key = recognition_request.subject if recognition_request else "new"
        refuse_troubles(dossier, wanted, key, spared(session, side.curriculum.institution))
        effect.update(effects(session, dossier, [(key, wanted)], now()))
        return None

    def show() -> str:
        if recognition_request is not None:
            form.reread(recognition_request)
        return render_template(
            "requests/ask.html",
            student=dossier.student,
            form=form,
            asked=recognition_request,
            side=side,
            sides=dossier.sides,
            effects=effect,
            kinds=NAMES,
            names=names(session),
        )

    return taken(form, step, show)


def _kept(
    session: orm.Session,
    dossier: Dossier,
    wanted: WantedRecognition,
    form: AskForm,
    recognition_request: RecognitionRequest | None,
) -> Done:
    actor, said = access.signed_in(), _("Your request is kept as a draft.")
    if recognition_request is None:
        recognition_request = asking.draft(session, actor, dossier.student, wanted, now())
    else:
        asking.revise(session, actor, recognition_request, wanted, seen=form.seen)
    if form.hand_in.data:
        asking.submit(session, actor, recognition_request, seen=None, at=now())
        said = _("Your request is submitted.")
    return Done(said, _page_of(recognition_request))


@page(blueprint, "/recognition/requests/<int:request_id>", needs=Permission.SEE_RECOGNITION, about=find_to_read)
def request_(recognition_request: RecognitionRequest) -> str:
    """One request: what is asked for, how far it has come, what was decided and why, and how to appeal."""
    return _shown(recognition_request)


def _shown(recognition_request: RecognitionRequest, sent: Form | None = None) -> str:
    session, actor = db.session(), access.signed_in()
    return render_template(
        "requests/request.html",
        **facts_of(session, recognition_request, dossier_of(session, recognition_request.student), sent),
        may_list=may(actor, Permission.SEE_RECORD, recognition_request.policy_subject()),
        may_work=may(actor, Permission.WORK_RECOGNITION, reading_subject(session, recognition_request)),
    )


ON_ITS_PAGE = HomePage(needs=Permission.SEE_RECOGNITION, about=find_to_read, show=_shown)


def _page_of(recognition_request: RecognitionRequest) -> str:
    return url_for("requests.request_", request_id=recognition_request.id)


def facts_of(
    session: orm.Session,
    recognition_request: RecognitionRequest,
    dossier: Dossier,
    sent: Form | None = None,
) -> dict[str, Any]:
    """What every page about one request shows, and every act that it offers.

    ``dossier`` is the student's; ``sent`` is a form of the page that was refused.
    """
    offers = offered(session, access.signed_in(), recognition_request, now())
    curricula, record = [side.curriculum for side in dossier.every_side], dossier.case.record
    return {
        "asked": recognition_request,
        "student": recognition_request.student,
        "acts": offers.acts,
        "for_another": offers.for_another,
        "forms": forms_for(recognition_request, sent),
        "is_appealed": recognition_request.state == State.APPEALED,
        "is_to_be_entered": recognition_request.state == State.PARTLY_GRANTED,
        "shown": shown(
            recognition_request, recognition_request.student.full_name, curricula, named(record), today(now())
        ),
        "earned": list(earned(recognition_request, record)),
        "papers": papers(session, recognition_request, dossier),
        "states": STATES,
        "kinds_of_work": KINDS,
        "reasons": REASONS,
        "reason": REASONS[RefusalReason(recognition_request.reason)] if recognition_request.reason else None,
        "working": [restored(step) for step in recognition_request.working],
        "names": names(session),
        "events": history_lines(session, recognition_request.subject, recognition_request.institution_id),
    }


def _step_page(
    action: str, needs: Permission, about: Callable[..., Any], form: type[FormOfRequest]
) -> StepPage[FormOfRequest]:
    url = f"/recognition/requests/<int:request_id>/{action}"
    return step_page(blueprint, url, needs=needs, about=about, on=ON_ITS_PAGE, form=form)


@_step_page("submit", Permission.ASK_RECOGNITION, request_of, SeenForm)
def submit(recognition_request: RecognitionRequest, form: SeenForm) -> Done:
    """Hand in what was a draft."""
    asking.submit(db.session(), access.signed_in(), recognition_request, seen=form.seen, at=now())
    return Done(_("Your request is submitted."), _page_of(recognition_request))


@_step_page("withdraw", Permission.ASK_RECOGNITION, request_of, SeenForm)
def withdraw(recognition_request: RecognitionRequest, form: SeenForm) -> Done:
    """Take back a request or an appeal."""
    asking.withdraw(db.session(), access.signed_in(), recognition_request, seen=form.seen, at=now())
    return Done(_("It is withdrawn."), _page_of(recognition_request))


@_step_page("appeal", Permission.ASK_RECOGNITION, request_of, AppealForm)
def appeal(recognition_request: RecognitionRequest, form: AppealForm) -> Done:
    """Ask that another person decides anew."""
    words = form.reason.data or ""
    asking.appeal(db.session(), access.signed_in(), recognition_request, words=words, seen=form.seen, at=now())
    return Done(_("Your appeal is lodged; another person decides."), _page_of(recognition_request))


@_step_page("paper", Permission.HAND_IN_EVIDENCE, request_of, RequestPaperForm)
def paper(recognition_request: RecognitionRequest, form: RequestPaperForm) -> Done:
    """Hand in a syllabus or another paper, as PDF."""
    with closing(form.file.data) as upload:
        handed = Handed(
            institution=recognition_request.partner_id,
            name=upload.filename or "",
            content=upload.read(),
            student=recognition_request.student,
        )
    with at("file"):
        kept = evidence.keep(db.session(), access.signed_in(), store(), handed, at=now())
    return Done(_("%(name)s is kept.", name=kept.name), _page_of(recognition_request))


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


@_step_page("enter", Permission.ENTER_RECOGNITION, find_at_home, SeenForm)
def enter(recognition_request: RecognitionRequest, form: SeenForm) -> Done:
    """Let every audit apply what was granted."""
    entering.enter(db.session(), access.signed_in(), recognition_request, seen=form.seen, at=now())
    said = _("The recognition is entered; every audit of this student applies it from now on.")
    return Done(said, _page_of(recognition_request))


@_step_page("lift", Permission.ENTER_RECOGNITION, find_at_home, LiftForm)
def lift(recognition_request: RecognitionRequest, form: LiftForm) -> Done:
    """Let no audit apply it any more."""
    reason = form.reason.data or ""
    entering.lift(db.session(), access.signed_in(), recognition_request, reason=reason, seen=form.seen, at=now())
    return Done(_("The recognition is lifted; no audit applies it any more."), _page_of(recognition_request))


@_step_page("close", Permission.ENTER_RECOGNITION, find_at_home, SeenForm)
def close(recognition_request: RecognitionRequest, form: SeenForm) -> Done:
    """Close what was refused."""
    entering.close(db.session(), access.signed_in(), recognition_request, seen=form.seen, at=now())
    return Done(_("The request is closed."), _page_of(recognition_request))


@_step_page("equivalence", Permission.IMPORT_FILES, find_at_home, SeenForm)
def equivalence(recognition_request: RecognitionRequest, _form: SeenForm) -> Done:
    """Propose for everybody what was granted here."""
    version = propose_equivalence(db.session(), access.signed_in(), recognition_request, now())
    said = _("The equivalence is proposed; it is in force once both institutions approve this text.")
    return Done(said, url_for("recognition.table", table_id=version.id))
