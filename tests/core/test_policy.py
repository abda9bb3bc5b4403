"""Does the policy grant exactly what the truth table says, and say it in words?"""

from pathlib import Path

import pytest

from dualdegree.core.policy import (
    GRANTS,
    Actor,
    NotAllowed,
    Permission,
    Role,
    Subject,
    is_registrar_there,
    may,
    may_know_of,
    of_institutions,
    of_student,
    operator,
    own_business,
    owns_the_record,
    require,
)

TRUTH = Path(__file__).with_name("truth_table.txt")
RECORD = (
    of_student(institutions=("buaa.edu.cn", "upv.es"), owner=1, advisors=(2, None))
    .made_by(1, shared=False)
    .guided_by(4, None)
)


def somebody(person_id, *roles):
    return Actor(person_id=person_id, name="N", email="n@example.org", roles=frozenset(roles))


SITUATIONS = {
    "public": None,
    "the-student": somebody(1, (Role.STUDENT, "upv.es"), (Role.STUDENT, "buaa.edu.cn")),
    "other-student": somebody(9, (Role.STUDENT, "upv.es")),
    "the-advisor": somebody(2, (Role.ADVISOR, "upv.es")),
    "other-advisor": somebody(8, (Role.ADVISOR, "upv.es")),
    "left-advisor": somebody(2, (Role.ADVISOR, "elsewhere.org")),
    "registrar": somebody(7, (Role.REGISTRAR, "buaa.edu.cn")),
    "other-registrar": somebody(6, (Role.REGISTRAR, "elsewhere.org")),
    "no-role": somebody(5),
    "the-mentor": somebody(4, (Role.MENTOR, "upv.es")),
    "other-mentor": somebody(10, (Role.MENTOR, "upv.es")),
}
"""Who asks about one student's record: each role, with and without something to do with it."""


def as_table():
    """The truth table as it is kept: one line per permission, one column per situation."""
    lines = [" ".join(["permission".ljust(22), *SITUATIONS])]
    for permission in Permission:
        answers = [
            ("yes" if may(who, permission, RECORD) else "-").ljust(len(name)) for name, who in SITUATIONS.items()
        ]
        lines.append(" ".join([permission.ljust(22), *answers]).rstrip())
    return "\n".join(lines + list(_of_papers())) + "\n"


PAPERS = {
    "draft": RECORD.as_paper(handed_in=False, awaits=None, hands=[1]),
    "draft-of-the-advisor": RECORD.as_paper(handed_in=False, awaits=None, hands=[2]).made_by(2, shared=False),
    "handed-in": RECORD.as_paper(handed_in=True, awaits=None, hands=[1]),
    "awaits-upv": RECORD.as_paper(handed_in=True, awaits="upv.es", hands=[1]),
    "awaits-buaa": RECORD.as_paper(handed_in=True, awaits="buaa.edu.cn", hands=[1]),
    "endorsed-by-other": RECORD.as_paper(handed_in=True, awaits="buaa.edu.cn", hands=[1, 8]),
    "syllabus": of_institutions("buaa.edu.cn", "upv.es"),
}
"""How far a request or an agreement about the student has come; and a paper about no student."""


def _of_papers():
    for permission in (Permission.SEE_RECOGNITION, Permission.WORK_RECOGNITION, Permission.SEE_EVIDENCE):
        yield ""
        yield f"{permission}"
        for paper, subject in PAPERS.items():
            answers = [
                ("yes" if may(who, permission, subject) else "-").ljust(len(name)) for name, who in SITUATIONS.items()
            ]
            yield " ".join([f"  {paper}".ljust(22), *answers]).rstrip()


def test_the_policy_grants_exactly_what_the_truth_table_says():
    assert as_table() == TRUTH.read_text(encoding="utf-8")


def test_every_permission_has_a_grant_and_a_sentence():
    assert set(GRANTS) == set(Permission)
    assert all(permission.sentence.id.endswith(".") for permission in Permission)


def test_the_table_prints_itself_in_english():
    assert str(owns_the_record | is_registrar_there) == (
        "the student whose record it is, or a registrar of an institution concerned"
    )
    assert str(GRANTS[Permission.SEE_PUBLIC]) == "everybody"


def test_a_registrar_of_one_institution_who_studies_at_another_is_no_registrar_there():
    both = somebody(3, (Role.REGISTRAR, "upv.es"), (Role.STUDENT, "buaa.edu.cn"))

    assert may(both, Permission.IMPORT_FILES, of_institutions("upv.es"))
    assert not may(both, Permission.IMPORT_FILES, of_institutions("buaa.edu.cn"))


def test_a_student_without_an_account_belongs_to_no_person():
    record = of_student(institutions=("upv.es",), owner=None, advisors=(None,))

    assert not may(somebody(0), Permission.SEE_RECORD, record)


def test_only_whoever_may_see_a_record_may_learn_that_it_exists():
    assert may_know_of(SITUATIONS["the-advisor"], RECORD)
    assert not may_know_of(SITUATIONS["other-student"], RECORD)
    assert may_know_of(None, of_institutions("upv.es"))


def test_somebody_acts_for_the_institution_of_the_weightiest_role():
    both = somebody(3, (Role.STUDENT, "buaa.edu.cn"), (Role.REGISTRAR, "upv.es"))

    assert both.institution == "upv.es"
    assert own_business(both) == of_institutions("upv.es")
    assert own_business(None) == own_business(somebody(5)) == Subject()


def test_a_plan_is_its_makers_until_it_is_shared_and_only_with_those_who_serve_the_student():
    advised = RECORD.made_by(2, shared=False)
    shared = RECORD.made_by(2, shared=True)

    assert may(SITUATIONS["the-advisor"], Permission.SEE_PLAN, advised)
    assert not may(SITUATIONS["the-student"], Permission.SEE_PLAN, advised)
    assert may(SITUATIONS["the-student"], Permission.SEE_PLAN, shared)
    assert not may(SITUATIONS["the-student"], Permission.CHANGE_PLAN, shared)
    assert not may(SITUATIONS["other-student"], Permission.SEE_PLAN, shared)
    assert not may(SITUATIONS["left-advisor"], Permission.SEE_PLAN, shared)


def test_a_refusal_says_who_may():
    with pytest.raises(NotAllowed) as refused:
        require(SITUATIONS["the-student"], Permission.SIGN_OFF, RECORD)

    assert str(refused.value) == (
        "Only these may do this: a registrar of an institution concerned. "
        "(Sign off a student's record for the institution, and withdraw the sign-off.)"
    )


def test_the_operator_acts_for_the_institutions_named_and_leaves_no_name_in_the_history():
    assert may(operator("upv.es"), Permission.IMPORT_FILES, of_institutions("upv.es"))
    assert not may(operator("upv.es"), Permission.IMPORT_FILES, of_institutions("buaa.edu.cn"))
    assert operator("upv.es").reference == "operator"
    assert somebody(12).reference == "person:12"


def test_an_exception_is_decided_by_an_advisor_only_where_that_is_delegated():
    delegated = RECORD.delegated_to_advisors()

    assert not may(SITUATIONS["other-advisor"], Permission.DECIDE_EXCEPTION, RECORD)
    assert may(SITUATIONS["other-advisor"], Permission.DECIDE_EXCEPTION, delegated)
    assert may(SITUATIONS["registrar"], Permission.DECIDE_EXCEPTION, RECORD)
    assert not may(SITUATIONS["registrar"], Permission.DECIDE_EXCEPTION, delegated)
