"""Does the drawn QR code hold the very modules of the address?"""

import pytest
import segno

from dualdegree.transcript.formats.pdf.drawing import qr
from dualdegree.transcript.formats.pdf.drawing.styles import MM

ADDRESS = "https://verify.example.org/v/K7QM-2FXR-9TDW"


def test_the_rectangles_are_the_modules_of_the_code_inside_a_quiet_zone():
    (figure,) = qr.square(ADDRESS, 28 * MM).marks
    code = segno.make_qr(ADDRESS, error="m", mask=3, boost_error=False)
    module = 28 * MM / (len(code.matrix) + 8)

    dark = {
        (round(x / module) - 4 + step, round(y / module) - 4)
        for x, y, width, _ in figure.parts
        for step in range(round(width / module))
    }

    assert dark == {(x, y) for y, row in enumerate(code.matrix) for x, value in enumerate(row) if value}
    assert figure.alt == ADDRESS


def test_a_module_is_large_enough_for_a_telephone():
    (figure,) = qr.square(ADDRESS, 28 * MM).marks

    assert figure.parts[0][3] / MM == pytest.approx(28 / 41)
