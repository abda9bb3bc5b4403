"""Which texts of the program are to be translated? Collects them for ``make messages`` and for the tests.

A message is named by its English words, wherever they stand: in ``_("...")``, in a ``Message("...")`` of the core, or
as the first words of a ``Refusal``, whatever its class.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parent.parent / "dualdegree"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
REFUSALS = (
    "Absent",
    "Collision",
    "Conflict",
    "DocumentInForce",
    "GateShut",
    "InvitationOver",
    "MinuteMissing",
    "NeedsAnother",
    "NoEvidence",
    "NotAllowed",
    "NotJoint",
    "NothingToAudit",
    "OpenHold",
    "PreviewOutdated",
    "ReasonMissing",
    "Refusal",
    "Repeated",
    "SignInRefused",
    "SomethingRests",
    "Unconfirmed",
    "Unfinished",
    "Unreadable",
    "UnreadableFile",
)
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_ngettext": (1, 2), "Message": (1,), **dict.fromkeys(REFUSALS, (1,))}


def catalogue() -> Catalog:
    """Every text of the program, in alphabetical order."""
    catalog = Catalog(
        project="dualdegree", version="", charset="utf-8", header_comment="# Texts of dualdegree.", fuzzy=False
    )
    texts = {text: None for _file, _line, text, *_rest in extract_from_dir(ROOT, METHODS, keywords=KEYWORDS) if text}
    for text in sorted(texts, key=str):
        catalog.add(text)
    return catalog


if __name__ == "__main__":
    with Path(sys.argv[1]).open("wb") as template:
        write_po(template, catalogue(), no_location=True, sort_output=True, width=110)
