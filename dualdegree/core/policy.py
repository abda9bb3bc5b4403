"""Who may do what? Roles, permissions and the one table that grants them.

The table prints itself: ``str(GRANTS[Permission.SEE_RECORD])`` is the English sentence of the help page, and
``tests/core/truth_table.txt`` holds its answer for every permission in every situation.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message


class Role(StrEnum):
    """What a person is at one institution. The public has no role: no actor at all."""

    STUDENT = "student"
    ADVISOR = "advisor"
    REGISTRAR = "registrar"
    MENTOR = "mentor"
    """Guides students at an enterprise or on its behalf, and sees of a student what names them as a mentor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The signed-in person, as everything below the accounts knows them."""

    person_id: int
    name: str
    email: str
    roles: frozenset[tuple[Role, str]]
    locale: str | None = None

    def institutions(self, role: Role) -> tuple[str, ...]:
        """Where the person holds ``role``, in alphabetical order."""
        return tuple(sorted(where for held, where in self.roles if held is role))

    @property
    def institution(self) -> str | None:
        """The institution that the person acts for: where a registrar, else an advisor, student, mentor."""
        for role in (Role.REGISTRAR, Role.ADVISOR, Role.STUDENT, Role.MENTOR):
            if held := self.institutions(role):
                return held[0]
        return None

    @property
    def reference(self) -> str:
        """How the history names the actor: no name and no address, for a history is never erased."""
        return f"person:{self.person_id}" if self.person_id else "operator"


def operator(*institutions: str) -> Actor:
    """Whoever has the machine itself: the command line and the loading of the demonstration act as this."""
    roles = frozenset((Role.REGISTRAR, institution) for institution in institutions)
    return Actor(person_id=0, name="operator", email="", roles=roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the policy needs to know of the thing that is asked about.

    ``institutions`` are those whose business it is: where the student is enrolled, who owns the row, the parties of an
    agreement. ``owner`` and ``advisors`` are person ids. ``private``: its very existence is only for those who may see
    the record. ``delegated``: the institution lets its advisors decide about it, rather than a body. ``maker`` is the
    person who made it; ``shared``: the maker lets everybody read it who serves the student. Of a paper that goes from
    hand to hand, ``draft``: it has not been handed in; ``awaits``: the institution whose advisors it waits for;
    ``hands``: who has taken a step of it. ``mentors``: who guides the student in it, such as in a placement.
    """

    institutions: frozenset[str] = frozenset()
    owner: int | None = None
    advisors: frozenset[int] = frozenset()
    private: bool = False
    delegated: bool = False
    maker: int | None = None
    shared: bool = False
    draft: bool = False
    awaits: frozenset[str] = frozenset()
    hands: frozenset[int] = frozenset()
    mentors: frozenset[int] = frozenset()

    def guided_by(self, *mentors: int | None) -> "Subject":
        """The same for what these people (ids) guide the student in."""
        return replace(self, mentors=frozenset(mentor for mentor in mentors if mentor is not None))

    def made_by(self, maker: int, *, shared: bool) -> "Subject":
        """The same for what that person made about it."""
        return replace(self, maker=maker, shared=shared)

    def as_paper(self, *, handed_in: bool, awaits: str | None, hands: Iterable[int | None]) -> "Subject":
        """The same for a request or an agreement about it, which the advisors read for whom it waits."""
        waits = frozenset() if awaits is None else frozenset([awaits])
        takers = frozenset(taker for taker in hands if taker is not None)
        return replace(self, draft=not handed_in, awaits=waits, hands=takers)

    def at(self, institution: str) -> "Subject":
        """The same as the business of that institution alone."""
        return replace(self, institutions=frozenset([institution]))

    def delegated_to_advisors(self) -> "Subject":
        """The same, where the institution lets its advisors decide."""
        return replace(self, delegated=True)


def of_student(*, institutions: Iterable[str], owner: int | None, advisors: Iterable[int | None] = ()) -> Subject:
    """The subject of everything about one student: record, audits, sign-offs, documents."""
    known = frozenset(advisor for advisor in advisors if advisor is not None)
    return Subject(institutions=frozenset(institutions), owner=owner, advisors=known, private=True)


def of_institutions(*institutions: str) -> Subject:
    """The subject of what belongs to one institution, or to the parties of an agreement."""
    return Subject(institutions=frozenset(institutions))


def own_business(actor: Actor | None) -> Subject:
    """The subject of a page about nothing in particular, such as a list: the institution that the actor acts for."""
    return of_institutions(actor.institution) if actor is not None and actor.institution else Subject()


@dataclass(frozen=True, slots=True)
class When:
    """A condition that can be combined with ``&`` and ``|``, and says itself in words.

    ``personal``: it reads who the student is, so that it must not be asked about nothing in particular.
    """

    words: Message
    holds: Callable[[Actor | None, Subject], bool]
    personal: bool = False

    def __and__(self, other: "When") -> "When":
        words = Message("%(first)s and %(second)s", {"first": self.words, "second": other.words})
        return When(words, lambda a, s: self.holds(a, s) and other.holds(a, s), self.personal or other.personal)

    def __or__(self, other: "When") -> "When":
        words = Message("%(first)s, or %(second)s", {"first": self.words, "second": other.words})
        return When(words, lambda a, s: self.holds(a, s) or other.holds(a, s), self.personal or other.personal)

    def __str__(self) -> str:
        return str(self.words)


def _somewhere(role: Role) -> Callable[[Actor | None, Subject], bool]:
    return lambda actor, _subject: actor is not None and bool(actor.institutions(role))


def _there(role: Role) -> Callable[[Actor | None, Subject], bool]:
    return lambda actor, subject: (
        actor is not None and bool(subject.institutions.intersection(actor.institutions(role)))
    )


everybody = When(Message("everybody"), lambda _actor, _subject: True)
is_signed_in = When(Message("whoever is signed in"), lambda actor, _subject: actor is not None)
is_advisor = When(Message("an advisor"), _somewhere(Role.ADVISOR))
is_advisor_there = When(Message("an advisor at an institution concerned"), _there(Role.ADVISOR))
is_registrar_there = When(Message("a registrar of an institution concerned"), _there(Role.REGISTRAR))
is_mentor_there = When(Message("a mentor at an institution concerned"), _there(Role.MENTOR))
is_named_as_advisor = When(
    Message("named as the student's advisor"),
    lambda actor, subject: actor is not None and actor.person_id in subject.advisors,
    personal=True,
)
owns_the_record = When(
    Message("the student whose record it is"),
    lambda actor, subject: actor is not None and subject.owner is not None and actor.person_id == subject.owner,
    personal=True,
)
is_delegated = When(Message("it is delegated to advisors"), lambda _actor, subject: subject.delegated)
is_a_bodys_to_decide = When(Message("it is for a body to decide"), lambda _actor, subject: not subject.delegated)
made_it = When(
    Message("whoever made it"),
    lambda actor, subject: actor is not None and subject.maker is not None and actor.person_id == subject.maker,
    personal=True,
)
is_shared = When(Message("it is shared"), lambda _actor, subject: subject.shared, personal=True)
is_about_nobody = When(Message("it is about no student"), lambda _actor, subject: not subject.private)
is_handed_in = When(Message("it has been handed in"), lambda _actor, subject: not subject.draft)
is_awaited = When(
    Message("an advisor of the institution that it waits for"),
    lambda actor, subject: actor is not None and bool(subject.awaits.intersection(actor.institutions(Role.ADVISOR))),
    personal=True,
)
has_had_a_hand = When(
    Message("has taken a step of it"),
    lambda actor, subject: actor is not None and actor.person_id in subject.hands,
    personal=True,
)
is_named_as_supervisor = When(
    Message("named in it as a supervisor"),
    lambda actor, subject: actor is not None and actor.person_id in subject.mentors,
    personal=True,
)
supervises_it = is_advisor_there & is_named_as_supervisor
guides_the_student = When(
    Message("a mentor who is named in it"),
    lambda actor, subject: (
        actor is not None
        and actor.person_id in subject.mentors
        and bool(subject.institutions.intersection(actor.institutions(Role.MENTOR)))
    ),
    personal=True,
)
advises_the_student = is_advisor_there & is_named_as_advisor
serves_the_student = owns_the_record | advises_the_student | is_registrar_there
works_on_it = is_handed_in & (
    is_registrar_there | advises_the_student | is_awaited | (is_advisor_there & has_had_a_hand)
)


class Permission(StrEnum):
    """Everything that can be allowed; ``sentence`` says it to a reader."""

    sentence: Message

    def __new__(cls, value: str, sentence: Message) -> Self:
        """A member whose value is its name in the truth table."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        return member

    SEE_PUBLIC = "see-public", Message("Sign in, verify a document and read the help.")
    SEE_OWN_START = "see-own-start", Message("See the start page and the own account.")
    SEE_RECORD = "see-record", Message("See a student's record and the audits of both degrees.")
    SEE_STUDENTS = "see-students", Message("List the students enrolled at the institution.")
    SEE_ADVISEES = "see-advisees", Message("List the students whom one advises.")
    TRY_PLANS = "try-plans", Message("Try out changes for a student, and ask for the plan with the fewest credits.")
    SAVE_PLAN = "save-plan", Message("Save a plan for a student.")
    SEE_PLAN = "see-plan", Message("Open a saved plan.")
    CHANGE_PLAN = "change-plan", Message("Rename, share and delete a saved plan.")
    IMPORT_FILES = "import-files", Message("Offer and confirm files of the institution's own register.")
    EDIT_PROFILE = "edit-profile", Message("Change what the institution's files look like and what it is called.")
    PUBLISH_CURRICULUM = "publish-curriculum", Message("Publish a version of the institution's curriculum.")
    MOVE_STUDENT = "move-student", Message("Move a student to another version of the institution's curriculum.")
    DECIDE_MOVE = (
        "decide-move",
        Message("Propose for students another version of the equivalences, and decide on what the partner proposes."),
    )
    ENTER_STATE = "enter-state", Message("Enter and correct the state of an enrolment at the institution.")
    PLACE_HOLD = "place-hold", Message("Place a hold on a student for the institution, and lift it.")
    SEE_AGREEMENTS = "see-agreements", Message("Read the agreement, the curricula and the equivalences.")
    APPROVE_AGREEMENT = "approve-agreement", Message("Approve a version of the agreement for the institution.")
    APPROVE_EQUIVALENCES = "approve-equivalences", Message("Approve an equivalence table for the institution.")
    SEE_EVIDENCE = "see-evidence", Message("Read the syllabi and papers that speak for a recognition.")
    HAND_IN_EVIDENCE = "hand-in-evidence", Message("Hand in a paper that speaks for a student's recognition.")
    KEEP_SYLLABUS = "keep-syllabus", Message("Keep the syllabus of one of the institution's courses.")
    SEE_BOARD = "see-board", Message("See the conferral board.")
    ASK_EXCEPTION = "ask-exception", Message("Ask for an exception for a student whom one advises.")
    SEE_EXCEPTIONS = "see-exceptions", Message("List the exceptions that wait for the institution.")
    DECIDE_EXCEPTION = "decide-exception", Message("Decide on an exception, or record what the body decided.")
    ENTER_EXCEPTION = "enter-exception", Message("Enter an exception that was granted, and lift one that is entered.")
    ASK_RECOGNITION = "ask-recognition", Message("Ask for the recognition of one's own work, and appeal.")
    SEE_RECOGNITION = "see-recognition", Message("Read a request for recognition or a learning agreement.")
    WORK_RECOGNITION = "work-recognition", Message("Compare both sides of a request, and see what it would do.")
    SEE_REQUESTS = "see-requests", Message("List the requests for recognition that wait for the institution.")
    ENDORSE_RECOGNITION = "endorse-recognition", Message("Endorse a request, or send it back.")
    CONFIRM_RECOGNITION = "confirm-recognition", Message("Confirm for the partner what was taught, or send it back.")
    DECIDE_RECOGNITION = "decide-recognition", Message("Decide on a request, or record what the body decided.")
    ENTER_RECOGNITION = "enter-recognition", Message("Enter what was granted, lift it, and close what was refused.")
    PLAN_STAY = "plan-stay", Message("Write a learning agreement.")
    ACCEPT_STAY = "accept-stay", Message("Accept one's own learning agreement.")
    APPLY_DEGREE = "apply-degree", Message("Apply for one's own degrees, and tick what is seen to after them.")
    BE_HEARD = "be-heard", Message("State a view before a degree is refused, or enter what was stated.")
    RECORD_GRADUATION = (
        "record-graduation",
        Message("Enter an application on paper, record how studies ended, and give notice of a refusal."),
    )
    HOLD_SESSION = "hold-session", Message("Prepare and close a session of the body that decides on degrees.")
    SIGN_OFF = "sign-off", Message("Sign off a student's record for the institution, and withdraw the sign-off.")
    ISSUE_DOCUMENT = "issue-document", Message("Issue the official transcript.")
    ISSUE_INTERIM = "issue-interim", Message("Issue an interim transcript of the own institution alone.")
    REVOKE_DOCUMENT = "revoke-document", Message("Revoke an issued document.")
    SEE_DOCUMENTS = "see-documents", Message("See which documents were issued to a student.")
    SEE_ISSUED = "see-issued", Message("List every document that the institution has issued.")
    DOWNLOAD_DOCUMENT = "download-document", Message("Download a student's document.")
    AUDIT_COHORT = "audit-cohort", Message("Audit every student of the institution at once, and stop or continue that.")
    SEE_THESES = "see-theses", Message("List the theses that concern one's institution or that one supervises.")
    SEE_THESIS = "see-thesis", Message("Read about a student's thesis.")
    WRITE_THESIS = "write-thesis", Message("Propose a thesis, change its title and hand in its stages.")
    SIGN_THESIS = "sign-thesis", Message("Sign a stage of a thesis, or send it back.")
    RECORD_DEFENCE = "record-defence", Message("Enter reviews and the defence of a thesis, and let it count.")
    SEE_CERTIFICATES = "see-certificates", Message("List the language certificates of the institution's students.")
    HAND_IN_CERTIFICATE = "hand-in-certificate", Message("Hand in a student's language certificate.")
    CONFIRM_CERTIFICATE = "confirm-certificate", Message("Confirm a language certificate, or refuse it.")
    SEE_TRAINING = "see-training", Message("Read the lists of enterprises, agreements on training and mentors.")
    KEEP_TRAINING = "keep-training", Message("Keep the lists of enterprises, agreements on training and mentors.")
    SEE_PLACEMENTS = "see-placements", Message("List the placements that concern oneself.")
    SEE_PLACEMENT = "see-placement", Message("Read a placement and all that was written in it.")
    PLAN_PLACEMENT = "plan-placement", Message("Plan a placement, and change its plan.")
    WRITE_PLACEMENT = "write-placement", Message("Write the log, the reports and the summary of one's own placement.")
    GUIDE_PLACEMENT = "guide-placement", Message("Read a placement's reports as its mentor, and evaluate it.")
    CERTIFY_PLACEMENT = "certify-placement", Message("Record what was done for a placement, and certify it.")
    SEE_DEADLINES = "see-deadlines", Message("See what is due by when at the institution.")
    SEE_HISTORY = "see-history", Message("See who changed what, when and why.")


GRANTS: dict[Permission, When] = {
    Permission.SEE_PUBLIC: everybody,
    Permission.SEE_OWN_START: is_signed_in,
    Permission.SEE_RECORD: serves_the_student,
    Permission.SEE_STUDENTS: is_registrar_there,
    Permission.SEE_ADVISEES: is_advisor,
    Permission.TRY_PLANS: serves_the_student,
    Permission.SAVE_PLAN: owns_the_record | advises_the_student,
    Permission.SEE_PLAN: serves_the_student & (made_it | is_shared),
    Permission.CHANGE_PLAN: serves_the_student & made_it,
    Permission.IMPORT_FILES: is_registrar_there,
    Permission.EDIT_PROFILE: is_registrar_there,
    Permission.PUBLISH_CURRICULUM: is_registrar_there,
    Permission.MOVE_STUDENT: is_registrar_there,
    Permission.DECIDE_MOVE: is_registrar_there,
    Permission.ENTER_STATE: is_registrar_there,
    Permission.PLACE_HOLD: is_registrar_there,
    Permission.SEE_AGREEMENTS: is_registrar_there | is_advisor_there,
    Permission.APPROVE_AGREEMENT: is_registrar_there,
    Permission.APPROVE_EQUIVALENCES: is_registrar_there,
    Permission.SEE_EVIDENCE: serves_the_student | (is_about_nobody & is_advisor_there),
    Permission.HAND_IN_EVIDENCE: serves_the_student,
    Permission.KEEP_SYLLABUS: is_registrar_there | is_advisor_there,
    Permission.SEE_BOARD: is_registrar_there,
    Permission.ASK_EXCEPTION: advises_the_student,
    Permission.SEE_EXCEPTIONS: is_registrar_there | is_advisor_there,
    Permission.DECIDE_EXCEPTION: (is_registrar_there & is_a_bodys_to_decide) | (is_advisor_there & is_delegated),
    Permission.ENTER_EXCEPTION: is_registrar_there,
    Permission.ASK_RECOGNITION: owns_the_record,
    Permission.SEE_RECOGNITION: owns_the_record | (advises_the_student & made_it) | works_on_it,
    Permission.WORK_RECOGNITION: works_on_it,
    Permission.SEE_REQUESTS: is_registrar_there | is_advisor_there,
    Permission.ENDORSE_RECOGNITION: is_advisor_there,
    Permission.CONFIRM_RECOGNITION: is_advisor_there,
    Permission.DECIDE_RECOGNITION: (is_registrar_there & is_a_bodys_to_decide) | (is_advisor_there & is_delegated),
    Permission.ENTER_RECOGNITION: is_registrar_there,
    Permission.PLAN_STAY: owns_the_record | advises_the_student,
    Permission.ACCEPT_STAY: owns_the_record,
    Permission.APPLY_DEGREE: owns_the_record,
    Permission.BE_HEARD: owns_the_record | is_registrar_there,
    Permission.RECORD_GRADUATION: is_registrar_there,
    Permission.HOLD_SESSION: is_registrar_there,
    Permission.SIGN_OFF: is_registrar_there,
    Permission.ISSUE_DOCUMENT: is_registrar_there,
    Permission.ISSUE_INTERIM: is_registrar_there,
    Permission.REVOKE_DOCUMENT: is_registrar_there,
    Permission.SEE_DOCUMENTS: serves_the_student,
    Permission.SEE_ISSUED: is_registrar_there,
    Permission.DOWNLOAD_DOCUMENT: serves_the_student,
    Permission.AUDIT_COHORT: is_registrar_there,
    Permission.SEE_THESES: is_registrar_there | is_advisor_there | is_mentor_there,
    Permission.SEE_THESIS: serves_the_student | supervises_it | guides_the_student,
    Permission.WRITE_THESIS: owns_the_record | is_registrar_there,
    Permission.SIGN_THESIS: supervises_it | guides_the_student,
    Permission.RECORD_DEFENCE: is_registrar_there,
    Permission.SEE_CERTIFICATES: is_registrar_there,
    Permission.HAND_IN_CERTIFICATE: owns_the_record | is_registrar_there,
    Permission.CONFIRM_CERTIFICATE: is_registrar_there,
    Permission.SEE_TRAINING: is_registrar_there | is_advisor_there,
    Permission.KEEP_TRAINING: is_registrar_there,
    Permission.SEE_PLACEMENTS: is_signed_in,
    Permission.SEE_PLACEMENT: serves_the_student | guides_the_student,
    Permission.PLAN_PLACEMENT: owns_the_record | is_registrar_there,
    Permission.WRITE_PLACEMENT: owns_the_record,
    Permission.GUIDE_PLACEMENT: guides_the_student,
    Permission.CERTIFY_PLACEMENT: is_registrar_there,
    Permission.SEE_DEADLINES: is_registrar_there | is_advisor_there,
    Permission.SEE_HISTORY: is_registrar_there,
}


class NotAllowed(Refusal):
    """The policy does not grant it."""


def may(actor: Actor | None, permission: Permission, subject: Subject) -> bool:
    """Whether ``actor`` (None is the public) may do ``permission`` to ``subject``."""
    return GRANTS[permission].holds(actor, subject)


def may_know_of(actor: Actor | None, subject: Subject) -> bool:
    """Whether ``actor`` may learn that ``subject`` exists: a refusal must not tell strangers who is a student."""
    return not subject.private or may(actor, Permission.SEE_RECORD, subject)


def require(actor: Actor | None, permission: Permission, subject: Subject) -> None:
    """Refuse unless ``actor`` may: for services whose answer depends on more than the page that called.

    Raises ``NotAllowed``.
    """
    if not may(actor, permission, subject):
        who = {"what": permission.sentence, "who": GRANTS[permission].words}
        raise NotAllowed(Message("Only these may do this: %(who)s. (%(what)s)", who))
