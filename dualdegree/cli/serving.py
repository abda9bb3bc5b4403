"""How is the application served? By gunicorn, with threads, on the address that is given."""

import gc
import os
import socket
import subprocess
import sys
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info
from gunicorn.app.base import BaseApplication

from dualdegree.core.refusal import Refusal
from dualdegree.db import db
from dualdegree.transcript.formats import pdf


class Served(BaseApplication):  # type: ignore[misc]
    """Our application under gunicorn, set by arguments rather than by a file."""

    def __init__(self, app: Flask, settings: dict[str, Any]) -> None:
        self.app = app
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        for key, value in self.settings.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        """The application to serve."""
        return self.app


def refuse_taken(host: str, port: int) -> None:
    """Raise ``Refusal`` when nothing can listen there."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise Refusal(
            "Nothing can be served on %(host)s:%(port)s (%(why)s); choose another host or port.",
            {"host": host, "port": str(port), "why": error.strerror or str(error)},
        ) from error


def serve(app: Flask, *, host: str, port: int, workers: int, job_workers: int = 1) -> None:
    """Serve until interrupted; beside that, without a broker, let ``job_workers`` processes do the long work."""

    def own_connections(_server: object, _worker: object) -> None:
        # A connection opened before the fork must not be shared by the workers.
        with app.app_context():
            db.engine.dispose(close=False)

    refuse_taken(host, port)
    # The typefaces are read once, before the workers fork, and not by whoever asks for the first document.
    pdf.load()
    # Nor is what is loaded by now ever looked at again for what can be thrown away, and its memory stays shared.
    gc.collect()
    gc.freeze()
    if job_workers and not app.config["BROKER_URL"]:
        _work_beside(app, job_workers)
    settings = {"bind": f"{host}:{port}", "workers": workers, "threads": 4, "worker_class": "gthread"}
    Served(app, {**settings, "loglevel": "warning", "control_socket_disable": True, "post_fork": own_connections}).run()


def _work_beside(app: Flask, number: int) -> None:
    # A command of its own, which ends with this one. It reads from the environment what this process has read, but for
    # what the demonstration sets by itself.
    program = "from dualdegree.cli import main; main()"
    worker = ["jobs", "worker", "--workers", str(number), "--beside", str(os.getpid())]
    settings = {name: app.config[name] for name in ("PUBLIC_URL", "SMTP_HOST")}
    subprocess.Popen([sys.executable, "-c", program, *worker], env={**os.environ, **settings})  # noqa: S603 - nothing of it comes from outside


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="How many processes.")
@click.option(
    "--job-workers",
    default=1,
    show_default=True,
    type=click.IntRange(0, 64),
    help="How many processes do long work beside; 0 where `dualdegree jobs worker` runs by itself.",
)
@pass_script_info
def run(info: ScriptInfo, host: str, port: int, workers: int, job_workers: int) -> None:
    """Serve the application with gunicorn."""
    serve(info.load_app(), host=host, port=port, workers=workers, job_workers=job_workers)
