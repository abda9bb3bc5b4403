"""What can an office set? Every setting, read from the environment, with the value that serves a first try.

``docs/configuration.md`` explains each to whoever runs the system.
"""

import contextlib
import os
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
MIGRATIONS = ROOT / "migrations"
TRANSLATIONS = ROOT / "translations"
LANGUAGES = {"en": "English", "zh_Hans": "简体中文", "es": "Español"}

OWN_HOSTS = ("localhost", "127.0.0.1", "::1")
"""What this machine calls itself."""

MAIL_SECURITY = {"starttls": 587, "tls": 465, "none": 25}
"""How the way to the mail server is secured, and the port that is usual for it."""


class BadSetting(ValueError):
    """A variable of the environment holds something that it cannot mean."""


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The configuration that ``environ`` describes, ready for ``create_app``. Raises ``BadSetting``."""
    instance = Path(environ.get("DUALDEGREE_INSTANCE", ROOT / "instance")).resolve()
    return {
        "SQLALCHEMY_DATABASE_URI": database_url(environ.get("DATABASE_URL", ""), instance),
        "MIGRATIONS": str(MIGRATIONS),
        "SECRET_KEY": environ.get("SECRET_KEY") or _kept_secret(instance, "secret_key"),
        "IDENTITY_SECRET": environ.get("IDENTITY_SECRET") or _kept_secret(instance, "identity_secret"),
        "PUBLIC_URL": public_url(environ.get("PUBLIC_URL", "")),
        "HOSTS": hosts(environ),
        "SESSION_COOKIE_SECURE": environ.get("DUALDEGREE_INSECURE_COOKIES") != "1",
        "SESSION_IDLE": timedelta(minutes=_whole(environ, "SESSION_IDLE_MINUTES", 60)),
        "SESSION_ABSOLUTE": timedelta(hours=_whole(environ, "SESSION_ABSOLUTE_HOURS", 12)),
        "RATELIMIT_STORAGE_URI": environ.get("RATELIMIT_STORAGE_URI", "memory://"),
        "MAX_UPLOAD_BYTES": _whole(environ, "MAX_UPLOAD_MB", 20) * 1024 * 1024,
        "TRUSTED_PROXIES": _whole(environ, "TRUSTED_PROXIES", 0, least=0),
        "BROKER_URL": environ.get("BROKER_URL", ""),
        "BROKER_QUEUE": environ.get("BROKER_QUEUE", "dualdegree"),
        "JOB_LEASE_SECONDS": _whole(environ, "JOB_LEASE_SECONDS", 60),
        "PLAN_SECONDS": _whole(environ, "PLAN_SECONDS", 3, least=0),
        **_mail(environ, instance),
        "EVIDENCE_FOLDER": environ.get("EVIDENCE_FOLDER") or str(instance / "evidence"),
        "EVIDENCE_BYTES": _whole(environ, "EVIDENCE_MB", 10) * 1024 * 1024,
        "BABEL_TRANSLATION_DIRECTORIES": str(TRANSLATIONS),
        "BABEL_DEFAULT_LOCALE": "en",
        "LANGUAGES": LANGUAGES,
        "DEMO_ACCOUNTS": (),
    }


def database_url(url: str, instance: Path) -> str:
    """``DATABASE_URL`` for SQLAlchemy: SQLite in the instance folder by default, PostgreSQL through psycopg 3.

    Raises ``BadSetting`` for any other database.
    """
    if not url:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'dualdegree.db'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    if not url.startswith(("sqlite://", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL names no database known here; write sqlite:///FILE or postgresql://HOST/NAME.")
    return url


def public_url(url: str) -> str:
    """``PUBLIC_URL`` without a slash at its end, or ``""``. Raises ``BadSetting`` where it is no address of a site."""
    parts = urlsplit(url.rstrip("/"))
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise BadSetting(f"PUBLIC_URL is {url!r}; write an address such as https://degrees.example.edu.")
    return url.rstrip("/")


def hosts(environ: Mapping[str, str]) -> frozenset[str]:
    """The names by which readers may call this system: the public address's, ``TRUSTED_HOSTS``, this machine's own."""
    named = urlsplit(environ.get("PUBLIC_URL", "")).hostname or ""
    more = (name.strip().lower() for name in environ.get("TRUSTED_HOSTS", "").split(","))
    return frozenset({named, *more, *OWN_HOSTS} - {""})


def _mail(environ: Mapping[str, str], instance: Path) -> dict[str, Any]:
    """How mail leaves: through ``SMTP_HOST``, else as files into ``MAIL_FOLDER``."""
    host, user, secured = (environ.get(name, "") for name in ("SMTP_HOST", "SMTP_USER", "SMTP_SECURITY"))
    secured = secured or "starttls"
    if secured not in MAIL_SECURITY:
        raise BadSetting(f"SMTP_SECURITY is {secured!r}; write one of {', '.join(MAIL_SECURITY)}.")
    if secured == "none" and user:
        raise BadSetting("SMTP_SECURITY=none would send SMTP_PASSWORD for all to read; write starttls or tls.")
    sender = environ.get("MAIL_FROM", "")
    if not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", sender or "dualdegree@localhost.invalid"):
        raise BadSetting(f"MAIL_FROM is {sender!r}; write an address such as degrees@example.edu.")
    if host and not sender:
        raise BadSetting("SMTP_HOST is set and MAIL_FROM is not; write the address in whose name mail leaves.")
    return {
        "SMTP_HOST": host,
        "SMTP_PORT": _whole(environ, "SMTP_PORT", MAIL_SECURITY[secured]),
        "SMTP_SECURITY": secured,
        "SMTP_USER": user,
        "SMTP_PASSWORD": environ.get("SMTP_PASSWORD", ""),
        "SMTP_CA_FILE": environ.get("SMTP_CA_FILE", ""),
        "MAIL_FROM": sender or "dualdegree@localhost.invalid",
        "MAIL_FOLDER": environ.get("MAIL_FOLDER") or str(instance / "mail"),
    }


def _whole(environ: Mapping[str, str], name: str, usual: int, *, least: int = 1) -> int:
    text = environ.get(name, "").strip() or str(usual)
    if not (text.isascii() and text.isdigit() and int(text) >= least):
        raise BadSetting(f"{name} is {text!r}; write a whole number of at least {least}.")
    return int(text)


def _kept_secret(instance: Path, name: str) -> str:
    # Where none is set every worker must still agree on one: whoever is first makes it, whole, and all read it.
    path = instance / name
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        own = instance / f".{name}.{os.getpid()}"
        own.touch(mode=0o600)
        own.write_text(secrets.token_hex(32), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    return path.read_text(encoding="ascii")
