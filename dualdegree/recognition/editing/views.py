"""Which pages change a proposed equivalence table, compare it with another version, and let it be taken away?"""

from importlib.resources import files
from itertools import chain

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dualdegree.core.curricula.curriculum import Course
from dualdegree.core.curricula.equivalence import Entry, EquivalenceTable
from dualdegree.core.policy import Permission, Role
from dualdegree.core.refusal import Absent, Conflict
from dualdegree.core.source.reading import read
from dualdegree.core.source.tree import Place
from dualdegree.db import db
from dualdegree.programmes.curricula.vocabulary import vocabulary_of
from dualdegree.programmes.presenting import names, words_of
from dualdegree.programmes.service import curriculum_versions
from dualdegree.recognition import service
from dualdegree.recognition.editing.comparing import tables_compared
from dualdegree.recognition.editing.forms import EntryForm, with_other_languages
from dualdegree.recognition.editing.service import Editing, begin_version, put_entry, remove_entry
from dualdegree.recognition.forms import NewVersionForm
from dualdegree.recognition.grounds import Grounds, grounds_of
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.service import find_table, table_of
from dualdegree.recognition.tables.workbook import TYPES, written
from dualdegree.recognition.views import ON_ITS_PAGE
from dualdegree.uploads import NEVER_CHANGES
from dualdegree.web import access
from dualdegree.web.clock import now
from dualdegree.web.forms.steps import Answer, Done, step_page, taken
from dualdegree.web.language.i18n import say
from dualdegree.web.pages import page

blueprint = Blueprint("equivalences", __name__, template_folder="templates")

EMPTY = EquivalenceTable(id="", programme="", version="", entries=(), notes={})


# Changing a proposed table


@page(
    blueprint,
    "/equivalences/<int:table_id>/entry",
    needs=Permission.IMPORT_FILES,
    about=find_table,
    methods=("GET", "POST"),
)
def entry(version: EquivalenceVersion) -> Answer:
    """One entry, to be changed or taken out; without an id, a new one from the institution that is asked for."""
    if version.in_force_from is not None:
        raise Conflict(NEVER_CHANGES)
    session, known = db.session(), _known(version)
    origin = known.institution if known else _origin(version)
    into = next(party for party in version.parties if party != origin)
    grounds = grounds_of(session, _top(version), version.institution_id, version.programme_id)
    form = EntryForm.filled(known, version.digest, grounds)
    if not form.is_submitted():
        form.more("sources")
        form.more("targets")

    def step() -> Done | None:
        if _grown(form):
            return None
        remove = "remove" in request.form
        changed = _removed(version, form, known) if remove else _put(version, form, known, (origin, into), grounds)
        said = _("Stored. The text is another one now, which neither institution has approved yet.")
        return Done(said, url_for("recognition.table", table_id=version.id)) if changed else None

    def show() -> str:
        return render_template(
            "editing/entry.html",
            version=version,
            form=form,
            known=known,
            origin=origin,
            into=into,
            courses={side: _courses(grounds, side) for side in (origin, into)},
            tags=words_of(session, version.programme_id),
            names=names(session),
        )

    return taken(form, step, show)


def _known(version: EquivalenceVersion) -> Entry | None:
    """The entry whose id the address has; raises ``Absent`` where it is gone."""
    wanted = request.args.get("id")
    if wanted is None:
        return None
    entry = next((candidate for candidate in table_of(version).entries if candidate.id == wanted), None)
    if entry is None:
        raise Absent("This entry is no longer in the table; open the table again.")
    return entry


def _origin(version: EquivalenceVersion) -> str:
    wanted = request.args.get("from", "")
    return wanted if wanted in version.parties else version.parties[0]


def _top(version: EquivalenceVersion) -> Place:
    return read(version.text, "table")


def _grown(form: EntryForm) -> bool:
    """Whether only one row more was asked for."""
    side = request.form.get("more")
    if side in {"sources", "targets"}:
        form.more(side)
    return side is not None


def _editing(version: EquivalenceVersion, digest: str) -> Editing:
    actor = access.signed_in()
    own = next(party for party in actor.institutions(Role.REGISTRAR) if party in version.parties)
    return Editing(actor=actor, institution=own, digest=digest, at=now())


def _removed(version: EquivalenceVersion, form: EntryForm, known: Entry | None) -> bool:
    if known is None:
        return False
    preview = remove_entry(db.session(), version, known.id, editing=_editing(version, form.digest.data or ""))
    form.reject(preview.rejected, -1)
    return not any(form.mistakes())


def _put(
    version: EquivalenceVersion, form: EntryForm, known: Entry | None, sides: tuple[str, str], grounds: Grounds
) -> bool:
    edited = form.entry(*sides, grounds)
    if edited is None:
        return False
    entries = table_of(version).entries
    number = entries.index(known) if known in entries else len(entries)
    editing = _editing(version, form.digest.data or "")
    edited = with_other_languages(edited, known) if known else edited
    preview = put_entry(db.session(), version, edited, instead_of=known.id if known else None, editing=editing)
    form.reject(preview.rejected, number)
    return not any(form.mistakes())


def _courses(grounds: Grounds, institution: str) -> dict[str, Course]:
    """The courses of a side by code, in the order of the codes, each as the newest curriculum has it."""
    versions = reversed(grounds.curricula.get(institution, ()))
    courses = dict(chain.from_iterable(courses.courses.items() for courses in versions))
    return {code: courses[code] for code in sorted(courses)}


@step_page(
    blueprint,
    "/equivalences/<int:table_id>/next",
    needs=Permission.IMPORT_FILES,
    about=find_table,
    on=ON_ITS_PAGE,
    form=NewVersionForm,
)
def begin(version: EquivalenceVersion, form: NewVersionForm) -> Done:
    """Propose the same entries as a new version."""
    name = form.version.data or ""
    begun = begin_version(db.session(), version, name, editing=_editing(version, version.digest))
    said = _("The new version is a draft with the same entries; change it here.")
    return Done(said, url_for("recognition.table", table_id=begun.id))


# Comparing and taking away


@page(blueprint, "/equivalences/<int:table_id>/compare", needs=Permission.SEE_AGREEMENTS, about=find_table)
def compare(version: EquivalenceVersion) -> str:
    """One version beside another: the one that was asked for, else the one before it."""
    session = db.session()
    every = service.equivalences(session, version.institution_id)
    others = [other for other in every if other.programme_id == version.programme_id and other.id != version.id]
    wanted = request.args.get("against", 0, type=int)
    usual = next((other for other in others if other.id < version.id), next(iter(others), None))
    against = next((other for other in others if other.id == wanted), usual)
    words = vocabulary_of(curriculum_versions(db.session(), [version.programme_id]))
    return render_template(
        "editing/compare.html",
        version=version,
        others=others,
        against=against,
        differences=tables_compared(table_of(against), table_of(version), words) if against else (),
    )


@page(blueprint, "/equivalences/<int:table_id>/table.<ending>", needs=Permission.SEE_AGREEMENTS, about=find_table)
def download(version: EquivalenceVersion, ending: str) -> Response:
    """The table as a file: YAML as it is approved, or rows for a spreadsheet."""
    _refuse_other(ending)
    content = version.text.encode() if ending == "yaml" else written(table_of(version), ending, say)
    return _file(content, f"equivalences-{version.id}", ending)


@page(blueprint, "/equivalences/template.<ending>", needs=Permission.SEE_AGREEMENTS)
def template(ending: str) -> Response:
    """An empty table to fill in; in YAML an example with every key."""
    _refuse_other(ending)
    example = files("dualdegree.recognition.editing") / "templates" / "editing" / "example.yaml"
    content = example.read_bytes() if ending == "yaml" else written(EMPTY, ending, say)
    return _file(content, "equivalences", ending)


def _refuse_other(ending: str) -> None:
    if ending not in TYPES:
        raise Absent("A table can be taken away as %(endings)s.", {"endings": tuple(TYPES)})


def _file(content: bytes, name: str, ending: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(content, mimetype=TYPES[ending], headers=headers)
