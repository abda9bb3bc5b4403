"""Which files do the tests hand in? PDFs made on the spot, and what only looks like one."""

import io

import pikepdf

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200)


def pdf(pages=1, **saved):
    """A PDF with so many empty pages; the same bytes every time, unless it is locked."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    out = io.BytesIO()
    document.save(out, deterministic_id=not saved, **saved)
    return out.getvalue()
