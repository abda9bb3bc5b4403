"""How fast is the product? ``dualdegree bench`` measures groups of figures and prints them as a table and as JSON."""

import importlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

import click

GROUPS = ("audit", "cohort", "killed", "plan", "recognition")
"""Each is a module of ``dualdegree.bench`` with ``run() -> dict[str, float]``."""
OF_STUDENTS = ("cohort", "killed")
"""Those that take a number of students."""


@click.command()
@click.argument("groups", nargs=-1, type=click.Choice(GROUPS))
@click.option("--json", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures to a file.")
@click.option("--students", type=click.IntRange(2000), help="How many students cohort and killed generate, for both.")
def bench(groups: tuple[str, ...], target: Path | None, students: int | None) -> None:
    """Measure some GROUPS of figures, or all."""
    chosen = groups or GROUPS
    figures: dict[str, float] = {}
    for group in chosen:
        size = {"students": students} if students and group in OF_STUDENTS else {}
        figures |= importlib.import_module(f"dualdegree.bench.{group}").run(**size)
    click.echo(f"dualdegree bench {' '.join(chosen)}")
    click.echo(f"{platform.machine()}, Python {platform.python_version()}, highspy {version('highspy')}")
    width = max(map(len, figures))
    for name, value in figures.items():
        click.echo(f"{name:<{width}}  {value:>12.3f}")
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
