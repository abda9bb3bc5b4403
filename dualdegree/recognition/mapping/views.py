"""Which page shows an equivalence table as a whole: what maps to what, credits in and out, what is not covered?"""

from collections.abc import Mapping

from flask import Blueprint, render_template

from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.core.policy import Permission
from dualdegree.core.source.reading import read
from dualdegree.core.text import Message, Text
from dualdegree.db import db
from dualdegree.programmes.presenting import names
from dualdegree.programmes.service import curriculum_versions
from dualdegree.programmes.texts import curriculum_of
from dualdegree.recognition.grounds import grounds_of
from dualdegree.recognition.mapping.coverage import Direction, directions
from dualdegree.recognition.mapping.picture import NARROW, WIDE, picture
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.service import find_table, table_of
from dualdegree.web.language.drawing import Drawing
from dualdegree.web.language.i18n import say
from dualdegree.web.pages import page

blueprint = Blueprint("mapping", __name__, template_folder="templates")


@page(blueprint, "/equivalences/<int:table_id>/picture", needs=Permission.SEE_AGREEMENTS, about=find_table)
def picture_of(version: EquivalenceVersion) -> str:
    """The whole table, drawn and as rows, in both directions."""
    session = db.session()
    grounds = grounds_of(session, read(version.text, "table"), version.institution_id, version.programme_id)
    newest = _newest(version)
    known = [curriculum for side in grounds.curricula.values() for curriculum in side]
    excluded = {party: grounds.excluded(party) for party in version.parties}
    drawn_ways = directions(table_of(version), known, newest, excluded) if len(newest) == 2 else ()
    called = names(session)
    return render_template(
        "mapping/mapping.html",
        version=version,
        drawn=[(direction, _drawn(direction, called)) for direction in drawn_ways],
        names=called,
        newest={party: version.version for party, version in newest.items()},
    )


def _newest(version: EquivalenceVersion) -> dict[str, Curriculum]:
    """The published version of each side that takes the latest admissions."""
    newest: dict[str, Curriculum] = {}
    for candidate in curriculum_versions(db.session(), [version.programme_id]):
        if candidate.published_at is not None:
            newest.setdefault(candidate.institution_id, curriculum_of(candidate))
    return newest


def _drawn(direction: Direction, called: Mapping[str, Text]) -> dict[str, Drawing]:
    heads = (
        Message("Sat at %(institution)s, in ECTS", {"institution": called[direction.origin]}),
        Message("Granted by %(institution)s, in ECTS", {"institution": called[direction.into]}),
    )
    return {name: picture(direction, heads, style, say) for name, style in (("wide", WIDE), ("narrow", NARROW))}
