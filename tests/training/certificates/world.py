"""What do the tests' universities ask of language certificates? South a valid B2 in English, north HSK 4."""

import datetime as dt

from dualdegree.core.training.certificates import CertificateFacts
from tests.graduates import text
from tests.programmes.papers import NORTH, SOUTH

SOUTHERN = """\
certificates:
  scales:
    cefr: {title: {en: CEFR}, levels: [A1, A2, B1, B2, C1, C2]}
  asks:
    - {milestone: b2, title: {en: English at B2}, language: en, at_least: {cefr: B2}, valid_on: {en: the day of application}}
"""
NORTHERN = """\
certificates:
  scales:
    hsk: {title: {en: HSK}, levels: ["1", "2", "3", "4", "5", "6"]}
    cefr: {title: {en: CEFR}, levels: [A1, A2, B1, B2, C1, C2]}
  asks:
    - {milestone: hsk4, title: {en: HSK 4}, language: zh, at_least: {hsk: "4"}}
"""
ENGLISH = CertificateFacts(
    language="en", scale="cefr", level="B2", issuer="Cambridge", number_end="AB-4711",
    awarded_on=dt.date(2025, 10, 15), expires_on=dt.date(2027, 10, 15),
)  # fmt: skip


def ask_for_certificates(graduates):
    """Let both universities ask for certificates."""
    graduates.take("institution", SOUTH, text("south/institution.yaml") + SOUTHERN)
    graduates.take("institution", NORTH, text("north/institution.yaml") + NORTHERN)
