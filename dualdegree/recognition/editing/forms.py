"""What does a registrar enter about one equivalence? A form that works without script, and the entry that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm

from dualdegree.core.audit.case.writing import tree_of
from dualdegree.core.credit import figure
from dualdegree.core.curricula.equivalence import Entry
from dualdegree.core.curricula.equivalence_table import entry_at
from dualdegree.core.grades import PLAIN, in_words
from dualdegree.core.source.tree import Place, SourceError
from dualdegree.core.text import LANGUAGES, Message, Text
from dualdegree.recognition.checking import unknown_course
from dualdegree.recognition.grounds import Grounds
from dualdegree.recognition.tables.sheets import PLACES, SEVERAL
from dualdegree.recognition.tables.writing import entry_as_plain
from dualdegree.uploads import Rejected
from dualdegree.web.forms import FigureField, Form, required
from dualdegree.web.language import i18n

FIGURE = {"inputmode": "decimal", "autocomplete": "off"}
DAY = {"type": "date"}
TEXTS = {"outcomes": _l("Learning outcomes that match"), "mobility": _l("How it is known"), "note": _l("Note")}
MOST = 12
"""How many courses one side can have on the page; a file can have more."""


class CourseRow(PlainForm):
    """One course of a side, or credits of a group. A row without anything is no course."""

    code = StringField(_l("Course"), render_kw={"autocomplete": "off"})
    credits = FigureField(_l("Credits"), render_kw=FIGURE)
    ects = FigureField(_l("Agreed ECTS"), render_kw=FIGURE)
    tags = StringField(_l("Tags of the group"), render_kw={"autocomplete": "off"})

    def cells(self) -> dict[str, str]:
        """What was entered, by field."""
        return {field.name.rpartition("-")[2]: (field.data or "").strip() for field in self}


class EntryForm(Form):
    """One entry, first from the table and then as it was sent; ``digest`` is of the text that was read."""

    id = StringField(_l("Id"), description=_l("A short word of your own, such as linear-algebra."))
    digest = HiddenField(validators=[required()])
    sources = FieldList(FormField(CourseRow), max_entries=MOST)
    targets = FieldList(FormField(CourseRow), max_entries=MOST)
    min_grade = FigureField(_l("Least grade"), description=_l("On the scale where it is sat."), render_kw=FIGURE)
    grade_method = SelectField(_l("Grade"), choices=[])
    admission_from = StringField(_l("Admitted from"), description=_l("An admission term, such as 2026-1."))
    admission_to = StringField(_l("Admitted until"))
    valid_from = StringField(_l("Begun from"), render_kw=DAY)
    valid_to = StringField(_l("Begun until"), render_kw=DAY)
    choice = SelectField(_l("Applied"), choices=[])
    content = FigureField(_l("Match of the content, per cent"), render_kw=FIGURE)
    workload = FigureField(_l("Match of the workload, per cent"), render_kw=FIGURE)
    hours_sat = FigureField(_l("Hours of work that are sat"), render_kw=FIGURE)
    hours_granted = FigureField(_l("Hours of work that are granted"), render_kw=FIGURE)
    syllabi = SelectMultipleField(
        _l("Syllabi"),
        description=_l("Files that both institutions keep for their courses; none, one or several."),
        choices=[],
        validate_choice=False,
    )

    @classmethod
    def filled(cls, entry: Entry | None, digest: str, grounds: Grounds) -> EntryForm:
        """The form of an entry, or of a new one."""
        form = cls(data={"digest": digest, **(dict(_data(entry)) if entry else {})})
        plain = [(method, i18n.say(in_words(form))) for method, form in PLAIN.items()]
        form.grade_method.choices = [("", i18n.say(Message("as the agreement converts"))), *plain]
        form.choice.choices = [
            ("", _l("to everybody for whom it is")),
            ("student", _l("only to students who choose it")),
        ]
        unknown = [digest for digest in (entry.evidence.syllabi if entry else ()) if digest not in grounds.syllabi]
        form.syllabi.choices = [
            *((digest, file.name) for digest, file in grounds.syllabi.items()),
            *((digest, f"{digest[:12]}…") for digest in unknown),
        ]
        for name, words in TEXTS.items():
            for tongue in LANGUAGES:
                form[f"{name}_{tongue}"].label.text = f"{words} ({i18n.languages()[tongue]})"
        form.name_titles()
        return form

    def name_titles(self) -> None:
        """Let the label of each title say its language."""
        for row in (*self.sources.entries, *self.targets.entries):
            for tongue in LANGUAGES:
                label = row.form[f"title_{tongue}"].label
                label.text = f"{_l('Name of the group')} ({i18n.languages()[tongue]})"

    def more(self, side: str) -> None:
        """One empty row more for a course of this side, as far as there is room."""
        rows = self[side]
        if len(rows.entries) < MOST:
            rows.append_entry()
        self.name_titles()

    def entry(self, origin: str, into: str, grounds: Grounds) -> Entry | None:
        """What was entered as an entry; None where it is none, with what is wrong shown at its field."""
        plain = dict(self._plain(origin, into, grounds))
        for side in ("from", "to"):
            for number, course in enumerate(plain[side]["courses"]):
                if "code" in course and not grounds.courses(plain[side]["institution"], course["code"]):
                    self.mistake(f"{side}.courses[{number}].code", unknown_course(plain[side]["institution"]))
        if self.errors:
            return None
        try:
            return entry_at(Place(tree_of(plain), "", 0))
        except SourceError as error:
            self.mistake(error.key, error.reason)
            return None

    def reject(self, rows: tuple[Rejected, ...], number: int) -> None:
        """Show what is wrong with the stored table: in this entry, the ``number``-th, at its field."""
        for row in rows:
            self.mistake(row.column.removeprefix(f"entries[{number}]."), row.reason)

    def mistake(self, path: str, reason: Message) -> None:
        """Show a mistake at the field of this path within the entry, or above the form."""
        said, field = i18n.say(reason), self._field(path)
        if field is None:
            self.form_errors.append(f"{path}: {said}")
            return
        field.errors = [*field.errors, said]

    # What was sent, as keys and texts

    def _plain(self, origin: str, into: str, grounds: Grounds) -> Iterator[tuple[str, Any]]:
        yield "id", (self.id.data or "").strip()
        for side, institution, rows in (("from", origin, self.sources), ("to", into, self.targets)):
            courses = [_course(row, institution, grounds) for row in _filled(rows)]
            yield side, {"institution": institution, "courses": courses}
        written: dict[str, Any] = {}
        for column, keys in PLACES.items():
            said = self[column].data if column in self._fields else None
            said = [choice for choice in said or () if choice] if column in SEVERAL else (said or "").strip()
            if said:
                _put(written, keys, said)
        yield from written.items()

    def _field(self, path: str) -> Field | None:
        """The field of a path such as ``from.courses[1].code``."""
        side, _, rest = path.partition(".courses")
        if side in {"from", "to"}:
            rows = list(_filled(self.sources if side == "from" else self.targets))
            number, _, key = rest.lstrip("[").partition("].")
            if not number.isdecimal() or int(number) >= len(rows):
                # Said where the first course would be entered: a list of rows takes no focus.
                first = next(iter(self.sources if side == "from" else self.targets), None)
                return None if first is None else first.form["code"]
            name = key.partition("[")[0].replace(".", "_")
            row: PlainForm = rows[int(number)].form
            return row[name] if name in row else row["code"]
        plain = path.partition("[")[0]
        name = {".".join(keys): column for column, keys in PLACES.items()}.get(plain, plain)
        return self[name] if name in self._fields else None


for _tongue in LANGUAGES:
    setattr(CourseRow, f"title_{_tongue}", StringField(_l("Name of the group")))
    for _name in TEXTS:
        setattr(EntryForm, f"{_name}_{_tongue}", TextAreaField(render_kw={"rows": "2"}))


def _filled(rows: FieldList[Any]) -> Iterator[FormField[Any]]:
    return (row for row in rows.entries if any(row.form.cells().values()))


def _course(row: FormField[Any], institution: str, grounds: Grounds) -> dict[str, Any]:
    """One row as its file writes it; credits that were left open are the newest curriculum's."""
    cells = row.form.cells()
    known = grounds.courses(institution, cells["code"])
    if not cells["credits"] and known:
        cells["credits"] = figure(known[0].credits)
    course: dict[str, Any] = {key: cells[key] for key in ("code", "credits", "ects") if cells[key]}
    if cells["tags"]:
        course["tags"] = _several(cells["tags"])
    if titles := {tongue: cells[f"title_{tongue}"] for tongue in LANGUAGES if cells[f"title_{tongue}"]}:
        course["title"] = titles
    return course


def _several(words: str) -> list[str]:
    return [word.strip() for word in words.replace("；", ";").split(";") if word.strip()]


def _put(written: dict[str, Any], keys: tuple[str, ...], value: Any) -> None:
    *above, last = keys
    for key in above:
        written = written.setdefault(key, {})
    written[last] = value


def _data(entry: Entry) -> Iterator[tuple[str, Any]]:
    """The entry as the form's fields hold it."""
    plain = entry_as_plain(entry)
    yield "id", entry.id
    for side, rows in (("from", "sources"), ("to", "targets")):
        yield rows, [dict(_row(course)) for course in plain[side]["courses"]]
    for column, keys in PLACES.items():
        value: Any = plain
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            yield column, value


def _row(course: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("code", "credits", "ects"):
        yield key, course.get(key, "")
    yield "tags", "; ".join(course.get("tags", ()))
    for tongue, words in course.get("title", {}).items():
        yield f"title_{tongue}", words


def with_other_languages(edited: Entry, known: Entry) -> Entry:
    """The entry with the texts of the one before it in languages for which the page has no field."""

    def both(new: Text, old: Text) -> Text:
        return {**new, **{tongue: words for tongue, words in old.items() if tongue not in LANGUAGES}}

    titles = {(target.code, target.tags): target.title for target in known.targets}
    evidence, before = edited.evidence, known.evidence
    return replace(
        edited,
        note=both(edited.note, known.note),
        targets=tuple(
            replace(target, title=both(target.title, titles.get((target.code, target.tags), {})))
            for target in edited.targets
        ),
        evidence=replace(
            evidence,
            outcomes=both(evidence.outcomes, before.outcomes),
            mobility=both(evidence.mobility, before.mobility),
        ),
    )
