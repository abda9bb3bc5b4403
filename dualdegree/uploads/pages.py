"""How is a text offered on a page: checked, looked at, stored?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import render_template
from flask_babel import gettext as _

from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.uploads import Preview
from dualdegree.uploads.forms import TextForm
from dualdegree.web.forms.steps import Answer, Done, taken


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPage:
    """What one page of uploads says: its title, where it leads back to and by which word, and what helps there."""

    title: str
    back: str
    back_to: str
    lead: str = ""
    hint: str = ""
    meanings: Mapping[str, object] = field(default_factory=dict)
    """What each column of a table holds."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """The addresses of empty tables to fill in, by the ending of each file."""


def upload_page(form: TextForm, take: Callable[[], Preview], page: UploadPage) -> Answer:
    """Answer with the page on which a text is checked and then stored; ``take`` imports what the form has."""
    previews: list[Preview] = []

    def step() -> Done | None:
        source = form.source
        try:
            preview = take()
        except Absent as absent:
            # What a text names and is not there is wrong with the text, not with the address.
            raise Refusal(absent.message, about=source) from absent
        except Refusal as refusal:
            refusal.about = refusal.about or source
            raise
        previews.append(preview)
        form.reject(preview, source)
        stored = form.confirm.data and not preview.rejected
        unseen = preview.replaces != (form.replaces.data or "")
        form.replaces.data = preview.replaces
        if stored and unseen:
            raise Conflict(
                "Another text is stored under this version by now. Compare it with yours, and store yours only if it "
                "is to take that one's place.",
                about=source,
            )
        return Done(_("Stored."), page.back) if stored else None

    def show() -> str:
        return render_template("ui/upload.html", form=form, page=page, preview=previews[0] if previews else None)

    return taken(form, step, show)
