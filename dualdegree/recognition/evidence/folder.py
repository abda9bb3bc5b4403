"""Where does this installation keep what is handed in as evidence?"""

from pathlib import Path

from flask import current_app

from dualdegree.recognition.evidence.service import Store


def store() -> Store:
    """Where evidence is kept, as the office set it."""
    settings = current_app.config
    return Store(folder=Path(settings["EVIDENCE_FOLDER"]), most_bytes=settings["EVIDENCE_BYTES"])
