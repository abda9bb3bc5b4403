"""How does a letter leave: through a mail server, or into a folder where one can read it?"""

import os
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

SECONDS = 30.0
"""For how long a mail server may be silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail as it travels. ``name`` tells it from every other, and is the same whenever it is written again."""

    name: str
    sender: str
    address: str
    content: bytes


class NotNow(Exception):
    """It was certainly not taken; another attempt may do better."""


class Never(Exception):
    """It was certainly not taken, and never will be."""


class Unknown(Exception):
    """It may have been taken: the answer was lost."""


class PostOffice(Protocol):
    """Something that takes letters. ``is_repeatable``: handing the same letter over twice leaves one letter."""

    is_repeatable: bool

    def offer(self, letter: Letter) -> None:
        """Ask whether the letter would be taken. Raises ``NotNow`` and ``Never``."""

    def hand_over(self, letter: Letter) -> None:
        """Hand over what was offered. Raises ``NotNow``, ``Never`` and ``Unknown``."""


class Folder:
    """Letters as ``.eml`` files, for a demonstration and for whoever has no mail server yet."""

    is_repeatable = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def offer(self, letter: Letter) -> None:
        """Make sure that the folder is there."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise NotNow(f"the folder cannot be made: {error.strerror}") from error

    def hand_over(self, letter: Letter) -> None:
        """Write the file whole or not at all; a repeat writes the same file."""
        unfinished = self.folder / f".{letter.name}.{os.getpid()}"
        try:
            unfinished.touch(mode=0o600)
            unfinished.write_bytes(letter.content)
            unfinished.replace(self.folder / f"{letter.name}.eml")
        except OSError as error:
            raise NotNow(f"the file cannot be written: {error.strerror}") from error


class Server:
    """A mail server that speaks SMTP, already greeted."""

    is_repeatable = False

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self.smtp = smtp

    def offer(self, letter: Letter) -> None:
        """Name sender and address, and see whether the server takes them."""
        with _definite():
            # What the letter before left half done is forgotten.
            self.smtp.rset()
            _expect(self.smtp.mail(letter.sender), forgiving=True)
            _expect(self.smtp.rcpt(letter.address))

    def hand_over(self, letter: Letter) -> None:
        """Send the content; once it is sent, only the server's answer tells whether it has it."""
        try:
            _expect(self.smtp.data(letter.content))
        except smtplib.SMTPDataError as error:
            # The server did not even want to hear the content.
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unknown(f"the answer was lost: {type(error).__name__}") from error


@contextmanager
def opened(settings: Mapping[str, Any]) -> Iterator[PostOffice]:
    """The mail server of ``SMTP_HOST``, connected and signed in, else the folder of ``MAIL_FOLDER``.

    Raises ``NotNow`` when the server cannot be reached or does not let us in.
    """
    if not settings["SMTP_HOST"]:
        yield Folder(Path(settings["MAIL_FOLDER"]))
        return
    with _definite():
        smtp = _connected(settings)
    try:
        yield Server(smtp)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def _connected(settings: Mapping[str, Any]) -> smtplib.SMTP:
    host, port, secured = settings["SMTP_HOST"], settings["SMTP_PORT"], settings["SMTP_SECURITY"]
    trusted = ssl.create_default_context(cafile=settings["SMTP_CA_FILE"] or None)
    if secured == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=trusted)
    else:
        smtp = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        if secured == "starttls":
            smtp.starttls(context=trusted)
        smtp.ehlo_or_helo_if_needed()
        if settings["SMTP_USER"]:
            smtp.login(settings["SMTP_USER"], settings["SMTP_PASSWORD"])
    except BaseException:
        smtp.close()
        raise
    return smtp


@contextmanager
def _definite() -> Iterator[None]:
    """Whatever goes wrong before the content is sent: the letter is certainly still here."""
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        code = getattr(error, "smtp_code", "")
        raise NotNow(f"the mail server failed: {type(error).__name__} {code}".rstrip()) from error


def _expect(answer: tuple[int, bytes], *, forgiving: bool = False) -> None:
    code, words = answer
    if code >= 400:
        refused = _refusal(code, words)
        # A server that refuses our own name may be mended; the letter must not be lost to that.
        raise NotNow(str(refused)) if forgiving else refused


def _refusal(code: int, words: bytes | str) -> NotNow | Never:
    # Without the server's own words, which like to repeat the address: this ends in logs.
    enhanced = (words.decode("ascii", "replace") if isinstance(words, bytes) else words).split(" ", 1)[0]
    detail = f" {enhanced}" if enhanced.replace(".", "").isdigit() else ""
    said = f"the mail server answered {code}{detail}"
    return Never(said) if code >= 500 else NotNow(said)
