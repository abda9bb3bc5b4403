"""Where are the typefaces that documents are printed with, and which characters have a second, narrow form in them?"""

from pathlib import Path

HERE = Path(__file__).parent

REGULAR = HERE / "NotoSansSC-Regular.ttf"
"""Every character of Noto Sans SC: 27,776 Han characters, Latin letters with their accents."""

BOLD = HERE / "NotoSansSC-Bold.ttf"
"""For headings: the characters of GB 2312 and Latin. Names of people are never set in it."""

NARROW = {"·": "\ue0b7", "‘": "\ue018", "’": "\ue019", "“": "\ue01c", "”": "\ue01d"}
"""Characters that Noto Sans SC draws as wide as Han ones, and the private code of the form that Latin text needs."""
