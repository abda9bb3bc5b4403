"""What can be done that the history tells of? Every act once, under the words that the history keeps for ever."""

from collections.abc import Mapping
from enum import StrEnum

from dualdegree.core.text import Message


class Act(StrEnum):
    """What somebody did. The value is what the history stores, so a shipped value never changes."""

    PROFILE_SAVED = "profile saved"
    CURRICULUM_IMPORTED = "curriculum imported"
    CURRICULUM_SUBMITTED = "curriculum submitted"
    CURRICULUM_SENT_BACK = "curriculum sent back"
    CURRICULUM_PUBLISHED = "curriculum published"
    CURRICULUM_OF_A_STUDENT_CHANGED = "curriculum of a student changed"
    AGREEMENT_PROPOSED = "agreement proposed"
    AGREEMENT_APPROVED = "agreement approved"
    EQUIVALENCES_PROPOSED = "equivalences proposed"
    EQUIVALENCES_APPROVED = "equivalences approved"
    EQUIVALENCES_OF_STUDENTS_CHANGED = "equivalences of students changed"
    MOVE_PROPOSED = "move proposed"
    MOVE_RENEWED = "move renewed"
    MOVE_CONFIRMED = "move confirmed"
    MOVE_REFUSED = "move refused"
    MOVE_WITHDRAWN = "move withdrawn"
    GRADE_TABLE_IMPORTED = "grade table imported"
    ROSTER_IMPORTED = "roster imported"
    GRADES_IMPORTED = "grades imported"
    MILESTONES_IMPORTED = "milestones imported"
    EXCEPTION_ASKED_FOR = "exception asked for"
    EXCEPTION_GRANTED = "exception granted"
    EXCEPTION_REFUSED = "exception refused"
    EXCEPTION_ENTERED = "exception entered"
    EXCEPTION_WITHDRAWN = "exception withdrawn"
    EXCEPTION_LIFTED = "exception lifted"
    EVIDENCE_KEPT = "evidence kept"
    REQUEST_SUBMITTED = "request submitted"
    REQUEST_SENT_BACK = "request sent back"
    REQUEST_ENDORSED = "request endorsed"
    REQUEST_CONFIRMED = "request confirmed"
    REQUEST_WITHDRAWN = "request withdrawn"
    REQUEST_CLOSED = "request closed"
    RECOGNITION_GRANTED = "recognition granted"
    RECOGNITION_GRANTED_IN_PART = "recognition granted in part"
    RECOGNITION_REFUSED = "recognition refused"
    RECOGNITION_ENTERED = "recognition entered"
    RECOGNITION_LIFTED = "recognition lifted"
    EQUIVALENCE_CHOSEN = "equivalence chosen"
    EQUIVALENCE_CHOICE_TAKEN_BACK = "equivalence choice taken back"
    APPEAL_LODGED = "appeal lodged"
    APPEAL_REFUSED = "appeal refused"
    APPEAL_WITHDRAWN = "appeal withdrawn"
    STAY_WRITTEN = "stay written"
    STAY_ACCEPTED = "stay accepted"
    STAY_ENDORSED = "stay endorsed"
    STAY_CONFIRMED = "stay confirmed"
    STAY_SENT_BACK = "stay sent back"
    STAY_WITHDRAWN = "stay withdrawn"
    COHORT_AUDIT_STARTED = "cohort audit started"
    ROLE_GRANT = "role.grant"
    ROLE_WITHDRAW = "role.withdraw"
    SIGNED_OFF = "signed off"
    SIGN_OFF_WITHDRAWN = "sign-off withdrawn"
    DOCUMENT_ISSUED = "document issued"
    DOCUMENT_REVOKED = "document revoked"
    OFFERS_IMPORTED = "offers imported"
    DOCUMENT_REPLACED = "document replaced"
    DEGREE_APPLIED_FOR = "degree applied for"
    DEGREE_APPLICATION_WITHDRAWN = "degree application withdrawn"
    GRADUATION_RECORDED = "graduation recorded"
    REFUSAL_NOTIFIED = "refusal notified"
    REFUSAL_HEARD = "refusal heard"
    REFUSAL_DROPPED = "refusal dropped"
    SESSION_DRAFTED = "session drafted"
    SESSION_DISCARDED = "session discarded"
    SESSION_CLOSED = "session closed"
    DEGREE_CONFERRED = "degree conferred"
    DEGREE_REFUSED = "degree refused"
    DEGREE_POSTPONED = "degree postponed"
    DEGREE_CORRECTED = "degree corrected"
    DEGREE_ANNULLED = "degree annulled"
    LINKS_PROPOSED = "links proposed"
    LINK_CONFIRMED = "link confirmed"
    LINK_REFUSED = "link refused"
    SHARED_STUDENTS_CHANGED = "shared students changed"
    CERTIFICATE_HANDED_IN = "certificate handed in"
    CERTIFICATE_CONFIRMED = "certificate confirmed"
    CERTIFICATE_REFUSED = "certificate refused"
    CERTIFICATE_WITHDRAWN = "certificate withdrawn"
    CERTIFICATE_LIFTED = "certificate lifted"
    THESIS_PROPOSED = "thesis proposed"
    THESIS_TITLE_CHANGED = "thesis title changed"
    THESIS_SUPERVISORS_CHANGED = "thesis supervisors changed"
    THESIS_EMBARGOED = "thesis embargoed"
    THESIS_GATE_HANDED_IN = "thesis gate handed in"
    THESIS_GATE_SIGNED = "thesis gate signed"
    THESIS_GATE_SENT_BACK = "thesis gate sent back"
    THESIS_REVIEWED = "thesis reviewed"
    THESIS_DEFENDED = "thesis defended"
    THESIS_CORRECTED = "thesis corrected"
    THESIS_ENTERED = "thesis entered"
    THESIS_TAKEN_OUT = "thesis taken out"
    THESIS_WITHDRAWN = "thesis withdrawn"
    MATCH_DISMISSED = "match dismissed"
    MATCH_REOPENED = "match reopened"
    LINK_UNDOING_PROPOSED = "undoing of a link proposed"
    LINK_UNDOING_REFUSED = "undoing of a link refused"
    LINK_UNDOING_WITHDRAWN = "undoing of a link withdrawn"
    LINK_UNDONE = "link undone"
    RESULT_ENTERED = "result entered"
    RESULT_CORRECTED = "result corrected"
    RESULT_TAKEN_OUT = "result taken out"
    ENTERPRISE_SAVED = "enterprise saved"
    CONVENIO_SAVED = "convenio saved"
    MENTOR_SAVED = "mentor saved"
    MENTOR_APPOINTED = "mentor appointed"
    MENTOR_APPOINTMENT_ENDED = "mentor appointment ended"
    MENTOR_INVITED = "mentor invited"
    INVITATION_TAKEN_UP = "invitation taken up"
    PLACEMENT_PLANNED = "placement planned"
    PLACEMENT_CHANGED = "placement changed"
    PLACEMENT_APPROVED = "placement approved"
    PLACEMENT_WITHDRAWN = "placement withdrawn"
    PLACEMENT_WRITTEN = "placement written"
    PLACEMENT_READ = "placement read"
    PLACEMENT_RECORDED = "placement recorded"
    PLACEMENT_EVALUATED = "placement evaluated"
    PLACEMENT_CERTIFIED = "placement certified"
    PLACEMENT_CERTIFICATE_WITHDRAWN = "placement certificate withdrawn"
    TITLE_ENTERED = "title entered"
    TITLE_APPROVED = "title approved"
    TITLE_REFUSED = "title refused"
    ENROLMENT_STATE_ENTERED = "enrolment state entered"
    ENROLMENT_STATE_CORRECTED = "enrolment state corrected"
    HOLD_PLACED = "hold placed"
    HOLD_LIFTED = "hold lifted"
    IMPORT_TAKEN_BACK = "import taken back"
    OFFERS_TAKEN_BACK = "offers taken back"
    PROFILE_RESTORED = "profile restored"


SENTENCES: Mapping[Act, Message] = {
    Act.PROFILE_SAVED: Message("Profile saved"),
    Act.CURRICULUM_IMPORTED: Message("Draft stored from a file"),
    Act.CURRICULUM_SUBMITTED: Message("Submitted for publication"),
    Act.CURRICULUM_SENT_BACK: Message("Sent back to its author"),
    Act.CURRICULUM_PUBLISHED: Message("Published"),
    Act.CURRICULUM_OF_A_STUDENT_CHANGED: Message("Moved to another version of the curriculum"),
    Act.AGREEMENT_PROPOSED: Message("Proposed from a file"),
    Act.AGREEMENT_APPROVED: Message("Approved"),
    Act.EQUIVALENCES_PROPOSED: Message("Proposed from a file"),
    Act.EQUIVALENCES_APPROVED: Message("Approved"),
    Act.EQUIVALENCES_OF_STUDENTS_CHANGED: Message("Moved to another version of the equivalences"),
    Act.MOVE_PROPOSED: Message("Move to another version of the equivalences proposed"),
    Act.MOVE_RENEWED: Message(
        "Move to another version of the equivalences proposed again, for what it would hit by then"
    ),
    Act.MOVE_CONFIRMED: Message("Move to another version of the equivalences confirmed"),
    Act.MOVE_REFUSED: Message("Move to another version of the equivalences refused"),
    Act.MOVE_WITHDRAWN: Message("Move to another version of the equivalences withdrawn"),
    Act.GRADE_TABLE_IMPORTED: Message("Grading table imported"),
    Act.ROSTER_IMPORTED: Message("Roster imported"),
    Act.GRADES_IMPORTED: Message("Grades imported"),
    Act.MILESTONES_IMPORTED: Message("Milestones imported"),
    Act.EXCEPTION_ASKED_FOR: Message("Exception asked for"),
    Act.EXCEPTION_GRANTED: Message("Exception granted"),
    Act.EXCEPTION_REFUSED: Message("Exception refused"),
    Act.EXCEPTION_ENTERED: Message("Exception entered"),
    Act.EXCEPTION_WITHDRAWN: Message("Exception withdrawn"),
    Act.EXCEPTION_LIFTED: Message("Exception lifted"),
    Act.EVIDENCE_KEPT: Message("Evidence handed in"),
    Act.REQUEST_SUBMITTED: Message("Request for recognition submitted"),
    Act.REQUEST_SENT_BACK: Message("Request sent back"),
    Act.REQUEST_ENDORSED: Message("Request endorsed"),
    Act.REQUEST_CONFIRMED: Message("Request confirmed by the partner"),
    Act.REQUEST_WITHDRAWN: Message("Request withdrawn"),
    Act.REQUEST_CLOSED: Message("Request closed"),
    Act.RECOGNITION_GRANTED: Message("Recognition granted"),
    Act.RECOGNITION_GRANTED_IN_PART: Message("Recognition granted in part"),
    Act.RECOGNITION_REFUSED: Message("Recognition refused"),
    Act.RECOGNITION_ENTERED: Message("Recognition entered"),
    Act.RECOGNITION_LIFTED: Message("Recognition lifted"),
    Act.EQUIVALENCE_CHOSEN: Message("Equivalence chosen by the student"),
    Act.EQUIVALENCE_CHOICE_TAKEN_BACK: Message("Choice of an equivalence taken back"),
    Act.APPEAL_LODGED: Message("Appeal lodged"),
    Act.APPEAL_REFUSED: Message("Appeal refused; what was granted before stays"),
    Act.APPEAL_WITHDRAWN: Message("Appeal withdrawn"),
    Act.STAY_WRITTEN: Message("Learning agreement written"),
    Act.STAY_ACCEPTED: Message("Learning agreement accepted by the student"),
    Act.STAY_ENDORSED: Message("Learning agreement approved by the sending side"),
    Act.STAY_CONFIRMED: Message("Learning agreement approved by the receiving side"),
    Act.STAY_SENT_BACK: Message("Learning agreement sent back"),
    Act.STAY_WITHDRAWN: Message("Learning agreement withdrawn"),
    Act.COHORT_AUDIT_STARTED: Message("Audit of every student started"),
    Act.ROLE_GRANT: Message("Role given"),
    Act.ROLE_WITHDRAW: Message("Role taken away"),
    Act.SIGNED_OFF: Message("Signed off"),
    Act.SIGN_OFF_WITHDRAWN: Message("Sign-off withdrawn"),
    Act.DOCUMENT_ISSUED: Message("Document issued"),
    Act.DOCUMENT_REVOKED: Message("Document revoked"),
    Act.OFFERS_IMPORTED: Message("Courses on offer imported"),
    Act.DOCUMENT_REPLACED: Message("Document replaced"),
    Act.DEGREE_APPLIED_FOR: Message("Degree applied for"),
    Act.DEGREE_APPLICATION_WITHDRAWN: Message("Application for the degree withdrawn"),
    Act.GRADUATION_RECORDED: Message("Graduation recorded"),
    Act.REFUSAL_NOTIFIED: Message("Notice given that the degree may be refused"),
    Act.REFUSAL_HEARD: Message("Heard before a refusal of the degree"),
    Act.REFUSAL_DROPPED: Message("Refusal of the degree dropped"),
    Act.SESSION_DRAFTED: Message("Session of the body prepared"),
    Act.SESSION_DISCARDED: Message("Draft of a session discarded"),
    Act.SESSION_CLOSED: Message("Session of the body closed"),
    Act.DEGREE_CONFERRED: Message("Degree conferred"),
    Act.DEGREE_REFUSED: Message("Degree refused"),
    Act.DEGREE_POSTPONED: Message("Decision on the degree postponed"),
    Act.DEGREE_CORRECTED: Message("Entry of a conferred degree corrected"),
    Act.DEGREE_ANNULLED: Message("Conferred degree annulled"),
    Act.LINKS_PROPOSED: Message("Links between the registers proposed"),
    Act.LINK_CONFIRMED: Message("Link between the registers confirmed"),
    Act.LINK_REFUSED: Message("Link between the registers refused"),
    Act.SHARED_STUDENTS_CHANGED: Message("Students shared with the partner linked or changed"),
    Act.CERTIFICATE_HANDED_IN: Message("Language certificate handed in"),
    Act.CERTIFICATE_CONFIRMED: Message("Language certificate confirmed"),
    Act.CERTIFICATE_REFUSED: Message("Language certificate not accepted"),
    Act.CERTIFICATE_WITHDRAWN: Message("Language certificate withdrawn"),
    Act.CERTIFICATE_LIFTED: Message("Confirmation of a language certificate lifted"),
    Act.THESIS_PROPOSED: Message("Thesis proposed"),
    Act.THESIS_TITLE_CHANGED: Message("Title of the thesis changed"),
    Act.THESIS_SUPERVISORS_CHANGED: Message("Supervisors of the thesis changed"),
    Act.THESIS_EMBARGOED: Message("Embargo of the thesis set or lifted"),
    Act.THESIS_GATE_HANDED_IN: Message("Stage of the thesis handed in"),
    Act.THESIS_GATE_SIGNED: Message("Stage of the thesis signed"),
    Act.THESIS_GATE_SENT_BACK: Message("Stage of the thesis sent back"),
    Act.THESIS_REVIEWED: Message("Review of the thesis entered"),
    Act.THESIS_DEFENDED: Message("Defence of the thesis recorded"),
    Act.THESIS_CORRECTED: Message("Corrections of the thesis confirmed"),
    Act.THESIS_ENTERED: Message("Thesis entered in the record"),
    Act.THESIS_TAKEN_OUT: Message("Thesis taken out of the record"),
    Act.THESIS_WITHDRAWN: Message("Thesis withdrawn"),
    Act.MATCH_DISMISSED: Message("Likely match with the partner's register said to be another person"),
    Act.LINK_UNDOING_PROPOSED: Message("Undoing of the link between the registers proposed"),
    Act.LINK_UNDOING_REFUSED: Message("Undoing of the link between the registers refused"),
    Act.LINK_UNDOING_WITHDRAWN: Message("Proposal to undo the link between the registers withdrawn"),
    Act.TITLE_ENTERED: Message("Title entered in a further language"),
    Act.TITLE_APPROVED: Message("Title approved in a further language"),
    Act.TITLE_REFUSED: Message("Title in a further language sent back"),
    Act.LINK_UNDONE: Message("Link between the registers undone: two persons"),
    Act.MATCH_REOPENED: Message("Likely match with the partner's register to be looked at again"),
    Act.RESULT_ENTERED: Message("Certified result entered in the record"),
    Act.RESULT_CORRECTED: Message("Certified result corrected in the record"),
    Act.RESULT_TAKEN_OUT: Message("Certified result taken out of the record"),
    Act.ENTERPRISE_SAVED: Message("Enterprise saved"),
    Act.CONVENIO_SAVED: Message("Training agreement saved"),
    Act.MENTOR_SAVED: Message("Mentor saved"),
    Act.MENTOR_APPOINTED: Message("Mentor appointed"),
    Act.MENTOR_APPOINTMENT_ENDED: Message("Mentor's appointment ended"),
    Act.MENTOR_INVITED: Message("Mentor invited"),
    Act.INVITATION_TAKEN_UP: Message("Invitation taken up"),
    Act.PLACEMENT_PLANNED: Message("Placement planned"),
    Act.PLACEMENT_CHANGED: Message("Plan of a placement changed"),
    Act.PLACEMENT_APPROVED: Message("Placement approved"),
    Act.PLACEMENT_WITHDRAWN: Message("Placement withdrawn"),
    Act.PLACEMENT_WRITTEN: Message("Log or report of a placement written"),
    Act.PLACEMENT_READ: Message("Report of a placement read by a mentor"),
    Act.PLACEMENT_RECORDED: Message("Formality of a placement recorded"),
    Act.PLACEMENT_EVALUATED: Message("Placement evaluated"),
    Act.PLACEMENT_CERTIFIED: Message("Placement certified"),
    Act.PLACEMENT_CERTIFICATE_WITHDRAWN: Message("Certificate of a placement withdrawn"),
    Act.ENROLMENT_STATE_ENTERED: Message("State of the enrolment entered"),
    Act.ENROLMENT_STATE_CORRECTED: Message("State of the enrolment corrected"),
    Act.HOLD_PLACED: Message("Hold placed"),
    Act.HOLD_LIFTED: Message("Hold lifted"),
    Act.IMPORT_TAKEN_BACK: Message("Import taken back"),
    Act.OFFERS_TAKEN_BACK: Message("Import of courses on offer taken back"),
    Act.PROFILE_RESTORED: Message("Earlier state of the profile restored"),
}
"""How a page says an act, in the reader's language."""

IMPORTS = (Act.ROSTER_IMPORTED, Act.GRADES_IMPORTED, Act.MILESTONES_IMPORTED, Act.IMPORT_TAKEN_BACK)
"""The acts of a whole batch, which name whom they touched by their numbers."""
