"""What do audit cases answer, and are curricula sound? Commands over files alone: no application and no database."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from dualdegree.cli.audits.answers import explained, plan_lines
from dualdegree.cli.files import content_of, name_of
from dualdegree.core.audit import audit
from dualdegree.core.audit.case.answers import as_json, from_json
from dualdegree.core.audit.case.reading import read_case
from dualdegree.core.audit.check.certificate import Mismatch, check
from dualdegree.core.audit.explain.explanation import explain
from dualdegree.core.curricula.curriculum import read_curriculum
from dualdegree.core.curricula.findings import check_curriculum, has_refusals
from dualdegree.core.source.reading import SourceError

WRONG, UNREADABLE, INTERNAL = 1, 2, 3
"""Exit statuses: a finding against the file; a file that cannot be read; a fault of this program."""

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.command("audit-case")
@FILES
@click.option("--json", "json_lines", is_flag=True, help="Print one JSON object a line, in the order of the files.")
@click.option("--check", "result", type=click.Path(path_type=Path), help="Check a stored result against its one case.")
def audit_case(files: tuple[Path, ...], *, json_lines: bool, result: Path | None) -> None:
    """Audit the cases in FILES by both degrees' rules.

    --check recomputes every figure of a result from its claims, except three: met_alone and proven are taken on trust,
    and of blocking only that it is there when a degree is not met and names rules of the case.

    Exit status 0 when every case was read and answered, whatever the verdicts; 1 when --check finds a false figure; 2
    when a file cannot be read.
    """
    if result is not None:
        _check_result(result, files)
        return
    _each(files, lambda path: _answered(path, json_lines=json_lines))


def _answered(path: Path, *, json_lines: bool) -> Iterator[str]:
    case = read_case(content_of(path), name_of(path))
    answer = audit(case)
    if json_lines:
        yield json.dumps(as_json(answer, name_of(path)), ensure_ascii=False)
    else:
        yield from explained(name_of(path), explain(case, answer))


def _check_result(result: Path, files: tuple[Path, ...]) -> None:
    if len(files) != 1:
        raise click.UsageError("--check takes one result and one case.")
    try:
        answer = from_json(content_of(result), name_of(result))
        check(read_case(content_of(files[0]), name_of(files[0])), answer)
    except SourceError as error:
        _end(str(error), UNREADABLE)
    except Mismatch as mismatch:
        _end(f"{name_of(result)}: {mismatch}", WRONG)
    _say(f"{name_of(result)}: every figure that claims certify is borne out by {name_of(files[0])}")


@click.command("plan-case")
@FILES
@click.option("--json", "json_lines", is_flag=True, help="Print one JSON object a line, in the order of the files.")
def plan_case(files: tuple[Path, ...], *, json_lines: bool) -> None:
    """Find the cheapest way to finish both degrees with the courses on offer in FILES.

    Exit status 0 when every case was read and answered, whether there is a plan or not; 2 when a file cannot be read.
    """
    _each(files, lambda path: _planned(path, json_lines=json_lines))


def _planned(path: Path, *, json_lines: bool) -> Iterator[str]:
    from dualdegree.core.audit.plan.case import plan_as_json, read_plan_case
    from dualdegree.core.audit.plan.search import plan

    case = read_plan_case(content_of(path), name_of(path))
    cheapest = plan(case)
    if json_lines:
        yield json.dumps(plan_as_json(cheapest, name_of(path)), ensure_ascii=False)
    else:
        yield from plan_lines(name_of(path), case, cheapest)


@click.command("curriculum-check")
@FILES
def curriculum_check(files: tuple[Path, ...]) -> None:
    """Check the curricula in FILES before any student meets them.

    Exit status 0 when all may be published (warnings may be printed), 1 when one is refused, 2 when one cannot be read.
    """
    refused: list[Path] = []
    _each(files, lambda path: _findings(path, refused), lambda: WRONG if refused else 0)


def _findings(path: Path, refused: list[Path]) -> Iterator[str]:
    findings = check_curriculum(read_curriculum(content_of(path), name_of(path)))
    if has_refusals(findings):
        refused.append(path)
    for finding in findings:
        yield f"{name_of(path)}:{finding.line}: {finding.rule}: {finding.severity}: {finding.says}"
    if not findings:
        yield f"{name_of(path)}: nothing to remark"


def _each(
    files: tuple[Path, ...], answered: Callable[[Path], Iterator[str]], verdict: Callable[[], int] = lambda: 0
) -> None:
    """Answer file by file: one that cannot be read says so in one line and leaves the others alone."""
    status = 0
    for path in files:
        try:
            lines = list(answered(path))
        except SourceError as error:
            _complain(str(error))
            status = max(status, UNREADABLE)
        except Mismatch as mismatch:
            _complain(f"{name_of(path)}: this is a fault of the program, please report it: {mismatch}")
            status = max(status, INTERNAL)
        else:
            for line in lines:
                _say(line)
    raise SystemExit(max(status, verdict()))


def _say(line: str) -> None:
    # In bytes, so that Han characters are printed whatever the terminal's encoding is said to be.
    click.echo(line.encode())


def _complain(line: str) -> None:
    click.echo(line.encode(errors="replace"), err=True)


def _end(line: str, status: int) -> None:
    _complain(line)
    raise SystemExit(status)
