"""The command itself: help for everything, errors in one line, and no application where none is needed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import config
from dualdegree.cli import COMMANDS


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_does(name):
    from click.testing import CliRunner

    from dualdegree.cli import group

    result = CliRunner().invoke(group, [name, "--help"])

    assert result.exit_code == 0
    assert re.search(r"^  \S.*\.", result.output, flags=re.MULTILINE)


def test_a_command_that_there_is_not_is_named(terminal):
    ran = terminal("frobnicate")

    assert ran.status == 2
    assert "No such command 'frobnicate'" in ran.err


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DATABASE_URL", "mysql://localhost/x", "DATABASE_URL names no database known here"),
        ("DATABASE_URL", "somewhere", "DATABASE_URL names no database known here"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all.db", "unable to open database file"),
        ("DATABASE_URL", "postgresql://127.0.0.1:1/test", "127.0.0.1"),
        ("SESSION_IDLE_MINUTES", "soon", "SESSION_IDLE_MINUTES is 'soon'; write a whole number of at least 1."),
        ("MAX_UPLOAD_MB", "-1", "MAX_UPLOAD_MB is '-1'"),
    ],
)
def test_a_setting_that_cannot_be_is_told_in_one_line(terminal, monkeypatch, variable, value, said):
    monkeypatch.setenv(variable, value)

    ran = terminal("audit", "--all")

    assert (ran.status, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert said in ran.err


def test_a_database_without_tables_sends_to_the_doctor(terminal, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")

    ran = terminal("audit", "--all")

    assert ran.status == 2
    assert ran.err == "dualdegree: The database did not do it: no such table: student (try `dualdegree doctor`).\n"


def test_a_case_is_audited_without_database_and_application():
    case = next((Path(__file__).parents[1] / "core" / "audit" / "cases").glob("*.yaml"))
    script = (
        "import sys\n"
        "from dualdegree.cli import group\n"
        "try:\n"
        f"    group.main(['audit-case', {str(case)!r}, '--json'])\n"
        "finally:\n"
        "    print(sorted(name for name in sys.modules if name.split('.')[0] in ('sqlalchemy', 'flask_sqlalchemy', 'reportlab')"
        " or name.startswith(('dualdegree.web', 'dualdegree.db'))), file=sys.stderr)\n"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=config.ROOT)

    assert (ran.returncode, ran.stderr) == (0, "[]\n")


def test_names_in_han_are_printed_whatever_the_terminal_says_of_itself(backend, filled, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", "from dualdegree.cli import main; main()", "audit", "--student", "N101"],
        capture_output=True,
        check=False,
        cwd=config.ROOT,
        env={
            "PYTHONIOENCODING": "latin-1",
            "DATABASE_URL": backend.url,
            "DUALDEGREE_INSTANCE": str(tmp_path),
            "PATH": "",
        },
    )

    assert ran.returncode == 0
    assert ran.stdout.decode() == (
        "N101  Lin, Mei · 林梅: north met (15 of 15 credits counted), south met (36 of 36 ECTS counted)\n"
    )
