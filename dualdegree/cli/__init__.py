"""What can be done from a terminal? The ``dualdegree`` command: thin commands over the services.

Each command's module is imported only when it is called, so that ``audit-case`` and batch workers never build the web
application.
"""

import errno
import importlib
import io
import sys

import click
from flask import Flask
from flask.cli import FlaskGroup

COMMANDS = {
    "audit": "audits.students",
    "audit-case": "audits.cases",
    "bench": "bench",
    "curriculum-check": "audits.cases",
    "curriculum-impact": "audits.effects",
    "deadlines": "deadlines",
    "demo": "demonstration.command",
    "doctor": "database",
    "import": "importing",
    "import-template": "importing",
    "init-db": "database",
    "issue": "documents",
    "jobs": "jobs",
    "messages": "messages",
    "person": "people",
    "plan-case": "audits.cases",
    "run": "serving",
    "verify": "documents",
}
"""Each command and the module of this package that holds it, under its name with underscores (``import_``)."""


class LateGroup(FlaskGroup):
    """Flask's command group, which here knows its commands by name before importing any."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of this name, its module imported now."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"dualdegree.cli.{COMMANDS[name]}")
        attribute = name.replace("-", "_")
        command: click.Command = getattr(module, f"{attribute}_" if attribute == "import" else attribute)
        return command


def _application() -> Flask:
    import config
    from dualdegree import create_app

    return create_app(config.from_environment())


group = LateGroup(
    name="dualdegree",
    create_app=_application,
    add_default_commands=False,
    add_version_option=False,
    set_debug_flag=False,
    load_dotenv=False,
    help="Run a degree programme that two universities award together.",
)


def main() -> None:
    """Run the command; whatever goes wrong is said in one line and ends with a status that is not 0."""
    for stream in (sys.stdout, sys.stderr):
        # Names in Han are printed whatever the terminal's encoding is said to be.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        group.main(prog_name="dualdegree", standalone_mode=True)
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        click.echo(f"dualdegree: {sentence}", err=True)
        sys.exit(2)


def _sentence(error: Exception) -> str | None:
    """What went wrong, in one line; None for a fault of this program, whose traceback helps to mend it."""
    # Imported only now: most commands over files alone never need the database's library.
    from sqlalchemy.exc import DBAPIError

    from config import BadSetting
    from dualdegree.core.refusal import Refusal

    match error:
        case Refusal() | BadSetting():
            return str(error)
        case DBAPIError():
            return f"The database did not do it: {_first_line(error.orig)} (try `dualdegree doctor`)."
        case OSError(errno=errno.ENOSPC):
            return f"{error.filename or 'The output'} cannot be written: {error.strerror}."
        case OSError():
            return f"{error.filename or 'A file'}: {error.strerror or error}."
        case _:
            return None


def _first_line(problem: BaseException | None) -> str:
    return (str(problem).splitlines() or ["it does not say why"])[0]
