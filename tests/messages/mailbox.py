"""Which mail server do the tests write to? A real one over a socket, in a thread, that keeps what it takes."""

import asyncio
import email
import email.policy
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Mailbox:
    """Takes every letter, unless a test says how it answers; ``hold`` names the moment at which it falls silent."""

    def __init__(self):
        self.taken = []
        self.answers = {}
        self.hold = ""
        self.reached, self.released = threading.Event(), threading.Event()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's own name
        await self._pause("address")
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's own name
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        if "content" in self.answers:
            return self.answers["content"]
        self.taken.append(letter)
        await self._pause("content")
        return "250 OK"

    async def _pause(self, moment):
        if self.hold == moment:
            self.reached.set()
            await asyncio.to_thread(self.released.wait)


@contextmanager
def listening(mailbox, **secured):
    """Let the mailbox listen; yields the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **secured)
    controller.start()
    try:
        yield port
    finally:
        mailbox.released.set()
        controller.stop()


def secured(folder):
    """What makes a server ask for STARTTLS and a password, and the file by which its clients trust it."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subprocess.run([*new, *subject, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def known(server, session, envelope, mechanism, given):
        return AuthResult(success=(given.login, given.password) == (b"degrees", b"a secret"), handled=False)

    return {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": known,
        "auth_required": True,
    }, certificate
