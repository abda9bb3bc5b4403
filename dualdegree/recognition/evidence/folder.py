"""Where does this installation keep what is handed in as evidence, and how does it hand it out?"""

from pathlib import Path
from urllib.parse import quote

from flask import current_app, make_response
from werkzeug.wrappers import Response

from dualdegree.recognition.evidence.service import Store
from dualdegree.recognition.models import EvidenceFile


def store() -> Store:
    """Where evidence is kept, as the office set it."""
    settings = current_app.config
    return Store(folder=Path(settings["EVIDENCE_FOLDER"]), most_bytes=settings["EVIDENCE_BYTES"])


def handed_out(file: EvidenceFile) -> Response:
    """The file as a download, which no browser shows within this site."""
    response = make_response(store().read(file.sha256))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f"attachment; filename=evidence-{file.id}.pdf; filename*={_coded(file)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _coded(file: EvidenceFile) -> str:
    return f"UTF-8''{quote(file.name, safe='')}"
