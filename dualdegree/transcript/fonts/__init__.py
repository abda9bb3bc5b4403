"""Where are the typefaces that documents are printed with?"""

from pathlib import Path

HERE = Path(__file__).parent

REGULAR = HERE / "NotoSansSC-Regular.ttf"
"""Every character of Noto Sans SC: 27,776 Han characters, Latin letters with their accents."""

BOLD = HERE / "NotoSansSC-Bold.ttf"
"""For headings: the characters of GB 2312 and Latin. Names of people are never set in it."""
