"""Where are the published schemas that documents must satisfy? Outside the project, and named by a variable."""

import os
from pathlib import Path

from lxml import etree

from tests.databases import required

FOLDER = Path(os.environ.get("TEST_SCHEMAS", Path(__file__).parents[2] / "shared" / "schemas"))


def schema(path):
    """The XML schema at this path of the folder, or the reason why the test is skipped."""
    file = FOLDER / path
    if not file.exists():
        required("The schema", f"{file} is not there; set TEST_SCHEMAS to the folder that has it")
    return etree.XMLSchema(etree.parse(file, etree.XMLParser(no_network=True)))
