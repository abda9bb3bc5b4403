"""Who reads the pages of programmes and equivalences, and how do they send a form?"""

import re

from dualdegree.audit.rule_changes import views as impact
from dualdegree.db import db
from dualdegree.programmes.profiles import views as programmes
from dualdegree.recognition import views as recognition
from dualdegree.recognition.editing import views as equivalences
from dualdegree.recognition.evidence import views as evidence
from dualdegree.recognition.mapping import views as mapping
from dualdegree.records.links import undoing_views as records
from tests.people import person, signed_in
from tests.programmes.papers import NORTH, SOUTH
from tests.small import small_app, small_settings

OFFICES = (programmes, recognition, equivalences, mapping, evidence, records, impact)


def application(wardrobe, url, folder):
    """Lends the shared pages, programmes and equivalences, on the database at ``url``."""
    settings = small_settings(url, folder, WTF_CSRF_ENABLED=True)
    return wardrobe.lent(
        "programmes", url, lambda: small_app(settings, *(office.blueprint for office in OFFICES)), settings
    )


def readers(app):
    """A browser for each of those who may ask, in which they have signed in; commits."""
    people = {
        "north": person(db.session, "r@north.example", ("registrar", NORTH), name="Lin Yue"),
        "other": person(db.session, "q@north.example", ("registrar", NORTH), name="He Jing"),
        "south": person(db.session, "r@south.example", ("registrar", SOUTH), name="Amparo Ripoll"),
        "advisor": person(db.session, "a@south.example", ("advisor", SOUTH)),
        "student": person(db.session, "s@south.example", ("student", SOUTH)),
    }
    return {who: signed_in(app, db.session, somebody) for who, somebody in people.items()}


def text(response):
    return response.get_data(as_text=True)


def hidden(page, name):
    """The value of a hidden field."""
    return re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)[1]


def send(reader, url, form_on=None, **fields):
    """Open a page and send its form, as a browser would."""
    token = hidden(text(reader.get(form_on or url)), "csrf_token")
    return reader.post(url, data={"csrf_token": token, **fields}, follow_redirects=True)


def store(reader, url, words):
    """Check a text, and store it once it is seen what it replaces."""
    looked = re.search(r'name="replaces"[^>]*value="([^"]*)"', text(send(reader, url, text=words, look="1")))
    return send(reader, url, text=words, confirm="1", replaces=looked[1] if looked else "")
