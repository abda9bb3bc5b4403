"""Which pages show theses: the list, one with all that was said about it, how it begins, and a defence's minute?"""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from dualdegree.core.policy import Permission, may
from dualdegree.core.text import Message
from dualdegree.core.training.theses import ThesisRules, party_in_words
from dualdegree.db import db
from dualdegree.history import history_lines
from dualdegree.programmes.presenting import names
from dualdegree.records.models import Student
from dualdegree.records.service import people, student_of
from dualdegree.training.theses import reading
from dualdegree.training.theses.forms import OPINIONS, ProposalForm, offer_kinds, supervisors_form
from dualdegree.training.theses.listing import FILTERS, MINE, theses_for
from dualdegree.training.theses.mentors import mentors_of
from dualdegree.training.theses.models import Thesis, ThesisDefence
from dualdegree.training.theses.presenting import (
    GATES,
    OUTCOMES,
    STAGES,
    actions_for,
    gate_state,
    part_in_words,
    waits_for,
)
from dualdegree.training.theses.workflow import proposing
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms.steps import Answer, Done, taken
from dualdegree.web.listing import part
from dualdegree.web.pages import page

blueprint = Blueprint("theses", __name__, template_folder="templates")


@page(blueprint, "/theses", needs=Permission.SEE_THESES, menu=(320, Message("Theses")))
def listed() -> str:
    """The theses of the registrar's institution, or those that one supervises, narrowed to what waits for whom."""
    session, actor = db.session(), access.signed_in()
    wanted = request.args.get("of", "all")
    theses = part(session, theses_for(actor, wanted))
    rules = reading.rules_at(session, {where for row in theses.rows for where in row.institutions})
    return render_template(
        "theses/theses.html",
        theses=theses,
        wanted=wanted,
        filters={
            MINE: Message("Waiting for my signature"),
            **{name: words for name, (words, _stages) in FILTERS.items()},
        },
        come={row.id: reading.standing_by(row, _of_its(row, rules)) for row in theses.rows},
        rules=rules,
        kind_title=reading.kind_title,
        waits_for=waits_for,
        stages=STAGES,
    )


def _of_its(thesis: Thesis, rules: Sequence[ThesisRules]) -> list[ThesisRules]:
    return [side for side in rules if side.institution in thesis.institutions]


@page(blueprint, "/students/<int:student_id>/thesis", needs=Permission.SEE_THESIS, about=student_of)
def of_student(student: Student) -> str:
    """The thesis of one student, or how it begins."""
    session = db.session()
    thesis = reading.present(session, student)
    if thesis is not None:
        return _shown(thesis)
    return render_template(
        "theses/none.html",
        student=student,
        rules=reading.rules_of(session, student),
        may_propose=may(access.signed_in(), Permission.WRITE_THESIS, student.policy_subject()),
    )


@page(blueprint, "/theses/<int:thesis_id>", needs=Permission.SEE_THESIS, about=reading.thesis_of)
def thesis(thesis: Thesis) -> str:
    """How far one thesis has come, and everything that was said about it."""
    return _shown(thesis)


def _shown(thesis: Thesis) -> str:
    session, actor = db.session(), access.signed_in()
    come = reading.standing(session, thesis)
    return render_template(
        "theses/thesis.html",
        thesis=thesis,
        student=thesis.student,
        come=come,
        kind=reading.kind_title(thesis, come.rules.values()),
        waits=waits_for(come),
        stages=STAGES,
        outcomes=OUTCOMES,
        opinions={opinion.value: words for opinion, words in OPINIONS.items()},
        gate_states={gate.id: GATES[gate_state(thesis, come, gate.id)] for gate in come.gates},
        rows={row.gate: row for row in thesis.gates},
        signatures={(row.gate, signed.party): signed for row in thesis.gates for signed in row.signatures},
        party_in_words=party_in_words,
        actions=actions_for(actor, thesis, come),
        names=names(session),
        by=people(session, _people(thesis)),
        events=history_lines(session, thesis.subject, thesis.institution_id),
    )


def _people(thesis: Thesis) -> list[int | None]:
    signers = [signature.person_id for gate in thesis.gates for signature in gate.signatures]
    correctors = [defence.corrected_by for defence in thesis.defences]
    return [thesis.proposed_by, *(title.person_id for title in thesis.titles), *signers, *correctors]


@page(
    blueprint,
    "/students/<int:student_id>/thesis/new",
    needs=Permission.WRITE_THESIS,
    about=student_of,
    methods=("GET", "POST"),
)
def new(student: Student) -> Answer:
    """Propose a thesis."""
    session = db.session()
    rules = reading.rules_of(session, student)
    known = reading.candidates(session, [side.institution for side in rules])
    advisors = {f"supervisor-{side.institution_id}": str(side.advisor_id or 0) for side in student.enrolments}
    form: ProposalForm = supervisors_form(ProposalForm, known, mentors_of(session, student), advisors)
    offer_kinds(form, rules)

    def step() -> Done:
        row = proposing.propose(
            session, access.signed_in(), student,
            kind=form.kind.data or "", title=form.title, supervisors=form.supervisors, at=now(),
        )  # fmt: skip
        return Done(_("The thesis is proposed. Hand in its first stage next."), page_of(row))

    return taken(form, step, lambda: render_template("theses/new.html", student=student, rules=rules, form=form))


def page_of(row: Thesis) -> str:
    """The address of a thesis."""
    return url_for("theses.thesis", thesis_id=row.id)


@page(blueprint, "/theses/defences/<int:defence_id>/minutes", needs=Permission.SEE_THESIS, about=reading.defence_of)
def minutes(defence: ThesisDefence) -> str:
    """The record of one defence, to be printed and signed by its committee."""
    session, thesis = db.session(), defence.thesis
    rules = reading.rules_of(session, thesis.student)
    return render_template(
        "theses/minutes.html",
        defence=defence,
        thesis=thesis,
        student=thesis.student,
        kind=reading.kind_title(thesis, rules),
        part_in_words=part_in_words,
        rules={side.institution: side for side in rules},
        outcomes=OUTCOMES,
        names=names(session),
    )
