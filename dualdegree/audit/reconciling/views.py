"""On which page do both offices see where a register and this record disagree about what is recognised?"""

from flask import Blueprint, render_template, request

from dualdegree.audit.reconciling.service import reconciled_rows
from dualdegree.core.policy import Permission
from dualdegree.core.recognition.reconciling import Reconciliation
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.records import service as records
from dualdegree.web import access
from dualdegree.web.listing import part
from dualdegree.web.pages import page

blueprint = Blueprint("reconciling", __name__, template_folder="templates")

STUDENTS = 10
"""How many students a page shows: each may have a dozen courses."""
OUTCOMES: dict[Reconciliation, tuple[str, Message, Message]] = {
    Reconciliation.AGREES: ("met", Message("Both agree"), Message("Nothing is to be done.")),
    Reconciliation.CREDITS_DIFFER: (
        "partial",
        Message("Credits differ"),
        Message("Hold both against the decision, and have the wrong figure corrected."),
    ),
    Reconciliation.ONLY_IN_REGISTER: (
        "unmet",
        Message("Only in the register"),
        Message("Ask for the recognition here, if it was decided; else have the register corrected."),
    ),
    Reconciliation.ONLY_HERE: (
        "pending",
        Message("Only here"),
        Message("The office of this register enters the recognition there."),
    ),
}
"""Each outcome as a shape, a word, and what is to be done."""


@page(blueprint, "/recognised", needs=Permission.SEE_STUDENTS, menu=(260, Message("Recognition check")))
def register_marks() -> str:
    """What the registers mark as recognised of the institution's students, beside what is recognised here."""
    session, own = db.session(), access.signed_in().institution or ""
    admission = request.args.get("admission", "")
    students = part(session, records.students_of(own, admission=admission), rows=STUDENTS)
    rows = reconciled_rows(session, students.rows)
    return render_template(
        "reconciling/register_marks.html",
        students=students,
        rows=rows,
        differing=sum(row.differs for every in rows.values() for row in every),
        everything=bool(request.args.get("all")),
        admission=admission,
        admissions=records.admissions_of(session, own),
        outcomes=OUTCOMES,
        names=names(session),
    )
