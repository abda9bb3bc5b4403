"""Which pages show how a student's enrolments stand, enter a state with all that it changes, and keep the holds?"""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from dualdegree.audit.enrolments.effects import TurnEffect, effect_of, of_left
from dualdegree.audit.enrolments.forms import HoldForm, LiftHoldForm, StateForm
from dualdegree.core.policy import Permission, may
from dualdegree.core.refusal import Absent
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.service import people, student_of
from dualdegree.records.standing import holds
from dualdegree.records.standing.entering import StateToEnter, checked, enter, entry_of
from dualdegree.records.standing.models import Hold, StateEntry
from dualdegree.records.standing.presenting import AFTER_LEAVING, STATES
from dualdegree.records.standing.states import entries_of, standings_of
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms.steps import Answer, Done, taken
from dualdegree.web.pages import page

blueprint = Blueprint("enrolments", __name__, template_folder="templates")
PAGE = "/students/<int:student_id>/enrolment"


@page(blueprint, PAGE, needs=Permission.SEE_RECORD, about=student_of)
def enrolment(student: Student) -> str:
    """How both enrolments stand and stood, what becomes of recognitions, and what holds the student back."""
    session, actor = db.session(), access.signed_in()
    entries = entries_of(session, [side.id for side in student.enrolments])
    known = holds.holds_of(session, [student.id]).get(student.id, ())
    doers = [
        person
        for entry in (entry for several in entries.values() for entry in several)
        for person in (entry.entered_by, entry.struck_by)
    ]
    doers += [person for hold in known for person in (hold.placed_by, hold.lifted_by)]
    return render_template(
        "enrolments/enrolment.html",
        student=student,
        standings=standings_of(session, student.enrolments, now()),
        entries=entries,
        recognitions=of_left(session, student),
        holds=known,
        kinds={hold.institution_id: holds.kinds_at(session, hold.institution_id) for hold in known},
        open_at=list(dict.fromkeys(hold.institution_id for hold in known if hold.is_open)),
        reads=_read_by(student),
        own=student.kept_by(actor),
        is_owner=student.person_id == actor.person_id,
        people=people(session, doers),
        states=STATES,
        fates=AFTER_LEAVING,
        names=names(session),
    )


def _read_by(student: Student) -> frozenset[str]:
    """The institutions whose reasons and holds the reader may know: a registrar's own, and both for the student."""
    actor, subject = access.signed_in(), student.policy_subject()
    if student.person_id == actor.person_id:
        return subject.institutions
    return frozenset(where for where in subject.institutions if may(actor, Permission.PLACE_HOLD, subject.at(where)))


def _registered(student: Student) -> Enrolment:
    own = student.kept_by(access.signed_in())
    if own is None:
        raise Absent("The student is not enrolled at your institution.")
    return own


@page(blueprint, f"{PAGE}/state", needs=Permission.ENTER_STATE, about=student_of, methods=("GET", "POST"))
def state(student: Student) -> Answer:
    """Enter a state of the own institution's enrolment, or correct one; what it changes is seen first."""
    session, own = db.session(), _registered(student)
    wrong = _wrong(own)
    form = StateForm(
        data={"revision": str(own.revision), **({"state": wrong.state, "since": wrong.since} if wrong else {})}
    )
    form.offer(correcting=wrong is not None)
    effect: list[TurnEffect] = []

    def step() -> Done | None:
        wanted = form.wanted(corrects=wrong.id if wrong else None)
        effect[:] = _effect(own, wanted)
        if not form.enter.data:
            return None
        enter(session, access.signed_in(), own, wanted, now())
        return Done(_("The state is entered."), url_for("enrolments.enrolment", student_id=student.id))

    def show() -> str:
        form.reread(own)
        if effect and effect[0].digest != form.digest():
            # A list that has changed has not been read.
            form.confirmed.data = False
        return render_template(
            "enrolments/state.html",
            student=student,
            own=own,
            wrong=wrong,
            form=form,
            effect=effect[0] if effect else None,
            looked=form.is_submitted() and not any(form.mistakes()),
            states=STATES,
            fates=AFTER_LEAVING,
            names=names(session),
        )

    return taken(form, step, show)


def _wrong(own: Enrolment) -> StateEntry | None:
    """The entry that is to be corrected, if any; raises ``Absent``."""
    wanted = request.values.get("corrects", type=int)
    return entry_of(db.session(), own, wanted) if wanted else None


def _effect(own: Enrolment, wanted: StateToEnter) -> list[TurnEffect]:
    """What it does where a degree is left or taken up again; nothing otherwise."""
    session = db.session()
    turn = checked(session, own, wanted, now())
    return [effect_of(session, own, turn, now())] if turn else []


@page(blueprint, f"{PAGE}/hold", needs=Permission.PLACE_HOLD, about=student_of, methods=("GET", "POST"))
def hold(student: Student) -> Answer:
    """Place a hold of the own institution."""
    session, own = db.session(), _registered(student)
    kinds, form = holds.kinds_at(session, own.institution_id), HoldForm()
    form.offer({key: kind.name for key, kind in kinds.items()})

    def step() -> Done:
        holds.place(
            session, access.signed_in(), student, institution=own.institution_id, kind=form.kind.data,
            reason=form.reason.data or "", at=now(),
        )  # fmt: skip
        return Done(
            _("The hold is placed; the student is told."), url_for("enrolments.enrolment", student_id=student.id)
        )

    def show() -> str:
        return render_template(
            "enrolments/hold.html", student=student, own=own, kinds=kinds, form=form, names=names(session)
        )

    return taken(form, step, show)


@page(blueprint, "/holds/<int:hold_id>/lift", needs=Permission.PLACE_HOLD, about=holds.hold_of, methods=("GET", "POST"))
def lift(held: Hold) -> Answer:
    """Lift a hold of the own institution, with the reason."""
    form = LiftHoldForm()

    def step() -> Done:
        holds.lift(db.session(), access.signed_in(), held, form.reason.data or "", now())
        return Done(_("The hold is lifted."), url_for("enrolments.enrolment", student_id=held.student_id))

    def show() -> str:
        kinds = holds.kinds_at(db.session(), held.institution_id)
        return render_template(
            "enrolments/lift.html", hold=held, called=holds.name_of(held, kinds), student=held.student, form=form
        )

    return taken(form, step, show)
