"""How does a notice read as a letter: in the person's language, with the institution's name and the page's address?"""

from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from dualdegree.catalogues import in_words
from dualdegree.core.text import Message, say
from dualdegree.messages.models import Notice
from dualdegree.messages.post import Letter, Never

PLAIN = SMTP.clone(cte_type="7bit")
"""Every server takes a letter of seven bits."""


def letter_of(notice: Notice, settings: Mapping[str, Any]) -> Letter:
    """The notice as a letter, the same bytes whenever it is written. Raises ``Never`` for what would forge a header."""
    chosen = notice.locale or ""
    language = chosen if chosen in settings["LANGUAGES"] else str(settings["BABEL_DEFAULT_LOCALE"])
    institution, subject = say(notice.sender, language), in_words(language, notice.title)
    for line in (institution, subject):
        if any(ord(sign) < 32 or ord(sign) in {0x7F, 0x85, 0x2028, 0x2029} for sign in line):
            raise Never("a line break or control character in the subject or the institution's name")
    sender = settings["MAIL_FROM"]
    user, _, domain = sender.rpartition("@")
    name = f"dualdegree-notice-{notice.id}-{notice.told_at:%Y%m%d%H%M%S}"
    letter = EmailMessage(policy=PLAIN)
    letter["From"] = Address(institution, user, domain)
    letter["To"] = Address(addr_spec=notice.email)
    letter["Subject"] = subject
    letter["Date"] = notice.told_at
    letter["Message-ID"] = f"<{name}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(_text(notice, settings["PUBLIC_URL"], institution, language))
    # After the content, which replaces every header about itself.
    letter["Content-Language"] = language.replace("_", "-")
    return Letter(name=name, sender=sender, address=notice.email, content=letter.as_bytes())


def _text(notice: Notice, address: str, institution: str, language: str) -> str:
    last = Message("This message was written by a program; answers to it are not read.")
    link = f"{address}{notice.link}"
    parts = (in_words(language, notice.words), link, f"-- \n{institution}\n{in_words(language, last)}")
    return "\n\n".join(parts) + "\n"
