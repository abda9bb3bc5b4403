"""Which rules do the tests of theses know? A strict institution in the east, and one of other habits in the west."""

from fractions import Fraction

from dualdegree.core.training.theses import AgainRule, CommitteeRule, GateRule, GateSigner, ReviewRule, ThesisRules

EAST, WEST = "east.example", "west.example"
BOTH = (GateSigner.SUPERVISOR, GateSigner.MENTOR)
LAW = {"en": "Degree Law, article 26"}

EASTERN = ThesisRules(
    institution=EAST,
    kinds={"thesis": {"en": "Thesis"}, "software": {"en": "Software"}},
    gates=(
        GateRule(id="topic", title={"en": "Topic"}, signed_by=(GateSigner.SUPERVISOR, GateSigner.PARTNER)),
        GateRule(id="proposal", title={"en": "Proposal"}, signed_by=BOTH),
        GateRule(id="mid_term", title={"en": "Mid-term"}, signed_by=BOTH),
        GateRule(id="acceptance", title={"en": "Acceptance"}, signed_by=BOTH, kinds=("software",)),
    ),
    reviews=ReviewRule(at_least=2, in_favour=2),
    committee=CommitteeRule(at_least=3, in_favour=Fraction(2, 3), source=LAW),
    shared=True,
    again=AgainRule(times=1, from_days=90, within_days=365),
    milestone="defence",
    course=None,
)
WESTERN = ThesisRules(
    institution=WEST,
    kinds={"thesis": {"en": "Thesis"}},
    gates=(
        GateRule(id="topic", title={"en": "Assignment"}, signed_by=(GateSigner.SUPERVISOR,)),
        GateRule(id="permission", title={"en": "Permission to defend"}, signed_by=(GateSigner.SUPERVISOR,)),
    ),
    reviews=ReviewRule(),
    committee=CommitteeRule(at_least=3, in_favour=Fraction(1, 2), source={"en": "Own rules"}),
    shared=True,
    again=None,
    milestone=None,
    course="9001",
)
