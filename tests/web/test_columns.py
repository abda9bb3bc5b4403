"""Does a cell say which column it is in, where its row stands as a card?"""

import pytest
from markupsafe import Markup

from dualdegree.web.language.columns import labelled

COLUMNS = ("Student", ("Credits", "number"), "State & <mark>")


def row(*cells):
    return Markup("<tr>" + "".join(cells) + "</tr>")


def test_every_cell_but_the_first_says_its_column():
    cells = labelled(row('<th scope="row">Lin</th>', '<td class="number">6</td>', "<td>met</td>"), COLUMNS)

    assert '<th scope="row">Lin</th>' in cells
    assert '<td class="number" data-label="Credits">6</td>' in cells
    assert '<td data-label="State &amp; &lt;mark&gt;">met</td>' in cells


@pytest.mark.parametrize("cell", ['<td data-label="">–</td>', '<td data-label="Own">–</td>', '<td colspan="2">–</td>'])
def test_a_cell_that_speaks_for_itself_is_left_alone(cell):
    assert cell in labelled(row("<th>Lin</th>", cell), COLUMNS)


@pytest.mark.parametrize("cell", ["<td></td>", "<td>\n   </td>"])
def test_an_empty_cell_has_no_label(cell):
    assert cell in labelled(row("<th>Lin</th>", cell), COLUMNS)


def test_a_cell_after_a_wide_one_is_in_the_column_where_it_stands():
    assert '<td data-label="State &amp; &lt;mark&gt;">x</td>' in labelled(
        row('<th>Lin</th><td colspan="1">–</td>', "<td>x</td>"), COLUMNS
    )


def test_each_row_begins_anew():
    two = row("<th>Lin</th>", "<td>6</td>") + row("<th>Sun</th>", "<td>7</td>")

    assert labelled(two, COLUMNS).count('data-label="Credits"') == 2
