"""Which pages let a student ask for recognition, follow it and appeal, and a registrar enter, lift and close it?"""

from collections.abc import Mapping
from contextlib import closing

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import orm
from werkzeug.wrappers import Response

from dualdegree.audit.dossiers import Dossier, NothingToAudit, dossier
from dualdegree.audit.exceptions.rules import Effect
from dualdegree.audit.service import NAMES, Include
from dualdegree.core.approval import REQUEST, Step
from dualdegree.core.policy import Permission, may
from dualdegree.core.recognition import KINDS, REASONS, Reason
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.db import db
from dualdegree.history import told
from dualdegree.messages.wording import restored
from dualdegree.programmes.presenting import names
from dualdegree.recognition.evidence import service as evidence
from dualdegree.recognition.evidence.folder import store
from dualdegree.recognition.evidence.service import Handed
from dualdegree.records.models import Student
from dualdegree.records.service import student_of
from dualdegree.requests.forms import AskForm, PaperForm, StepForm
from dualdegree.requests.judging.effects import effects
from dualdegree.requests.judging.objections import refuse_troubles, side_of
from dualdegree.requests.judging.to_equivalence import can_propose, propose_equivalence
from dualdegree.requests.ledger import ledger
from dualdegree.requests.list_rows import show, stays_of
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.notices import STATES
from dualdegree.requests.presenting import earned, named, papers, shown
from dualdegree.requests.wanted import Wanted
from dualdegree.requests.workflow import asking, entering
from dualdegree.requests.workflow.steps import request_of, spared
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.pages import About, page

blueprint = Blueprint("requests", __name__, template_folder="templates")

Answer = str | Response | tuple[str, int]


def find_at_home(session: orm.Session, request_id: int) -> About:
    """The request as whoever serves the recognising institution sees it; raises ``Absent``."""
    found = request_of(session, request_id)
    return About(found, found.subject_at(found.institution_id))


@page(blueprint, "/students/<int:student_id>/recognition", needs=Permission.SEE_RECORD, about=student_of)
def listed(student: Student) -> str:
    """What this student asked for and how far it has come, the ledger of credits, and the stays."""
    session = db.session()
    try:
        found: Dossier | None = dossier(session, student)
    except NothingToAudit:
        found = None
    return render_template(
        "requests/requests.html",
        student=student,
        shown=show(session, asking.requests_of(session, student), now().date()),
        entries=ledger(found) if found else (),
        sides=found.sides if found and len(found.sides) == 2 else (),
        stays=stays_of(session, student),
        states=STATES,
        names=names(session),
        may_ask=may(access.signed_in(), Permission.ASK_RECOGNITION, student.policy_subject()),
        may_plan=may(access.signed_in(), Permission.PLAN_STAY, student.policy_subject()),
    )


@page(
    blueprint,
    "/students/<int:student_id>/recognition/new",
    needs=Permission.ASK_RECOGNITION,
    about=student_of,
    methods=("GET", "POST"),
)
def new(student: Student) -> Answer:
    """Choose what was done and what it should count as, see the effect, keep it as a draft or submit it."""
    found = dossier(db.session(), student)
    degree = request.args.get("degree") or found.sides[0].curriculum.degree.id
    return _asked(found, degree, AskForm.of(found, degree), None)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/edit",
    needs=Permission.ASK_RECOGNITION,
    about=request_of,
    methods=("GET", "POST"),
)
def edit(one: RecognitionRequest) -> Answer:
    """Mend a draft, or what was sent back."""
    found = dossier(db.session(), one.student)
    return _asked(found, one.degree, AskForm.of(found, one.degree, one), one)


def _asked(found: Dossier, degree: str, form: AskForm, one: RecognitionRequest | None) -> Answer:
    session, side = db.session(), side_of(found, degree)
    effect: Mapping[Include, Effect] = {}
    if form.is_submitted() and form.validate():
        try:
            wanted = form.wanted(degree, side.curriculum)
            if form.save.data or form.hand_in.data:
                return _kept(session, found, wanted, form, one)
            key = one.subject if one else "new"
            refuse_troubles(found, wanted, key, spared(session, side.curriculum.institution))
            effect = effects(session, found, [(key, wanted)], now())
        except Conflict:
            raise
        except Refusal as refused:
            form.refuse(refused)
    answer = render_template(
        "requests/ask.html",
        student=found.student,
        form=form,
        one=one,
        side=side,
        sides=found.sides,
        effects=effect,
        kinds=NAMES,
        names=names(session),
    )
    return (answer, 400) if form.errors else answer


def _kept(
    session: orm.Session, found: Dossier, wanted: Wanted, form: AskForm, one: RecognitionRequest | None
) -> Response:
    actor = access.signed_in()
    if one is None:
        one = asking.draft(session, actor, found.student, wanted, now())
    else:
        asking.revise(session, actor, one, wanted, seen=form.seen)
    if form.hand_in.data:
        asking.submit(session, actor, one, seen=None, at=now())
        flash(_("Your request is submitted."), "success")
    else:
        flash(_("Your request is kept as a draft."), "success")
    return redirect(url_for("requests.request_", request_id=one.id))


@page(blueprint, "/recognition/requests/<int:request_id>", needs=Permission.SEE_RECOGNITION, about=request_of)
def request_(one: RecognitionRequest) -> str:
    """One request: what is asked for, how far it has come, what was decided and why, and how to appeal."""
    session, actor = db.session(), access.signed_in()
    own, here = one.policy_subject(), one.subject_at(one.institution_id)
    steps = {step for state, step in REQUEST if state == one.state}
    asks, enters = may(actor, Permission.ASK_RECOGNITION, own), may(actor, Permission.ENTER_RECOGNITION, here)
    return render_template(
        "requests/request.html",
        **facts_of(session, one, dossier(session, one.student)),
        form=StepForm(data={"revision": str(one.revision)}),
        paper=PaperForm() if may(actor, Permission.HAND_IN_EVIDENCE, own) else None,
        may_edit=asks and Step.REVISE in steps,
        may_submit=asks and Step.SUBMIT in steps,
        may_withdraw=asks and bool({Step.WITHDRAW, Step.UPHOLD} & steps),
        may_appeal=asks and asking.is_open_to_appeal(one, now()),
        may_enter=enters and Step.ENTER in steps,
        may_lift=enters and Step.LIFT in steps,
        may_close=enters and Step.CLOSE in steps,
        may_propose=can_propose(one) and may(actor, Permission.IMPORT_FILES, here),
        may_work=may(actor, Permission.SEE_REQUESTS, own),
    )


def facts_of(session: orm.Session, one: RecognitionRequest, found: Dossier) -> dict[str, object]:
    """What every page about one request shows; ``found`` is the student's dossier."""
    curricula, record = [side.curriculum for side in found.sides], found.case.record
    return {
        "one": one,
        "student": one.student,
        "shown": shown(one, one.student.full_name, curricula, named(record), now().date()),
        "earned": list(earned(one, record)),
        "papers": papers(session, one, found),
        "states": STATES,
        "kinds_of_work": KINDS,
        "reasons": REASONS,
        "reason": REASONS[Reason(one.reason)] if one.reason else None,
        "working": [restored(step) for step in one.working],
        "names": names(session),
        "events": told(session, one.subject, one.institution_id),
    }


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/submit",
    needs=Permission.ASK_RECOGNITION,
    about=request_of,
    methods=("POST",),
)
def submit(one: RecognitionRequest) -> Response:
    """Hand in what was a draft."""
    asking.submit(db.session(), access.signed_in(), one, seen=StepForm().seen, at=now())
    flash(_("Your request is submitted."), "success")
    return _back(one)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/withdraw",
    needs=Permission.ASK_RECOGNITION,
    about=request_of,
    methods=("POST",),
)
def withdraw(one: RecognitionRequest) -> Response:
    """Take back a request or an appeal."""
    asking.withdraw(db.session(), access.signed_in(), one, seen=StepForm().seen, at=now())
    flash(_("It is withdrawn."), "success")
    return _back(one)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/appeal",
    needs=Permission.ASK_RECOGNITION,
    about=request_of,
    methods=("POST",),
)
def appeal(one: RecognitionRequest) -> Response:
    """Ask that another person decides anew."""
    form = StepForm()
    words = form.reason.data or ""
    asking.appeal(db.session(), access.signed_in(), one, words=words, seen=form.seen, at=now())
    flash(_("Your appeal is lodged; another person decides."), "success")
    return _back(one)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/paper",
    needs=Permission.HAND_IN_EVIDENCE,
    about=request_of,
    methods=("POST",),
)
def paper(one: RecognitionRequest) -> Response:
    """Hand in a syllabus or another paper, as PDF."""
    form = PaperForm()
    if not form.validate():
        raise Refusal("Choose a PDF file.")
    with closing(form.file.data) as upload:
        handed = Handed(
            institution=one.partner_id, name=upload.filename or "", content=upload.read(), student=one.student
        )
    kept = evidence.keep(db.session(), access.signed_in(), store(), handed, at=now())
    flash(_("%(name)s is kept.", name=kept.name), "success")
    return _back(one)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/enter",
    needs=Permission.ENTER_RECOGNITION,
    about=find_at_home,
    methods=("POST",),
)
def enter(one: RecognitionRequest) -> Response:
    """Let every audit apply what was granted."""
    entering.enter(db.session(), access.signed_in(), one, seen=StepForm().seen, at=now())
    flash(_("The recognition is entered; every audit of this student applies it from now on."), "success")
    return _back(one)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/lift",
    needs=Permission.ENTER_RECOGNITION,
    about=find_at_home,
    methods=("POST",),
)
def lift(one: RecognitionRequest) -> Response:
    """Let no audit apply it any more."""
    form = StepForm()
    entering.lift(db.session(), access.signed_in(), one, reason=form.reason.data or "", seen=form.seen, at=now())
    flash(_("The recognition is lifted; no audit applies it any more."), "success")
    return _back(one)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/close",
    needs=Permission.ENTER_RECOGNITION,
    about=find_at_home,
    methods=("POST",),
)
def close(one: RecognitionRequest) -> Response:
    """Close what was refused."""
    entering.close(db.session(), access.signed_in(), one, seen=StepForm().seen, at=now())
    flash(_("The request is closed."), "success")
    return _back(one)


@page(
    blueprint,
    "/recognition/requests/<int:request_id>/equivalence",
    needs=Permission.IMPORT_FILES,
    about=find_at_home,
    methods=("POST",),
)
def equivalence(one: RecognitionRequest) -> Response:
    """Propose for everybody what was granted here."""
    version = propose_equivalence(db.session(), access.signed_in(), one, now())
    flash(_("The equivalence is proposed; it is in force once both institutions approve this text."), "success")
    return redirect(url_for("recognition.table", table_id=version.id))


def _back(one: RecognitionRequest) -> Response:
    return redirect(url_for("requests.request_", request_id=one.id))
