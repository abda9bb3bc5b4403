"""What can an office set? Every setting, read from the environment, with the value that serves a first try.

``docs/configuration.md`` explains each to whoever runs the system.
"""

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
MIGRATIONS = ROOT / "migrations"
TRANSLATIONS = ROOT / "translations"
LANGUAGES = {"en": "English", "zh_Hans": "简体中文", "es": "Español"}


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The configuration that ``environ`` describes, ready for ``create_app``."""
    instance = Path(environ.get("DUALDEGREE_INSTANCE", ROOT / "instance")).resolve()
    return {
        "SQLALCHEMY_DATABASE_URI": database_url(environ.get("DATABASE_URL", ""), instance),
        "MIGRATIONS": str(MIGRATIONS),
        "SECRET_KEY": environ.get("SECRET_KEY") or _kept_secret(instance),
        "PUBLIC_URL": environ.get("PUBLIC_URL", "").rstrip("/"),
        "SESSION_COOKIE_SECURE": environ.get("DUALDEGREE_INSECURE_COOKIES") != "1",
        "SESSION_IDLE": timedelta(minutes=int(environ.get("SESSION_IDLE_MINUTES", "60"))),
        "SESSION_ABSOLUTE": timedelta(hours=int(environ.get("SESSION_ABSOLUTE_HOURS", "12"))),
        "RATELIMIT_STORAGE_URI": environ.get("RATELIMIT_STORAGE_URI", "memory://"),
        "MAX_UPLOAD_BYTES": int(environ.get("MAX_UPLOAD_MB", "20")) * 1024 * 1024,
        "TRUSTED_PROXIES": int(environ.get("TRUSTED_PROXIES", "0")),
        "BABEL_TRANSLATION_DIRECTORIES": str(TRANSLATIONS),
        "BABEL_DEFAULT_LOCALE": "en",
        "LANGUAGES": LANGUAGES,
        "DEMO_ACCOUNTS": (),
    }


def database_url(url: str, instance: Path) -> str:
    """``DATABASE_URL`` for SQLAlchemy: SQLite in the instance folder by default, PostgreSQL through psycopg 3."""
    if not url:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'dualdegree.db'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _kept_secret(instance: Path) -> str:
    # Without SECRET_KEY every worker must still agree on one, so the first makes it and all read it.
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return path.read_text(encoding="ascii")
