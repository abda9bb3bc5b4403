"""Does an address with a number that no row can have lead to a page that says so, on either database?"""

import pytest

from dualdegree.core.policy import Permission
from dualdegree.web.addresses import LARGEST
from dualdegree.web.pages import page


@pytest.fixture
def numbered(office, make_app_without_tables):
    @page(office, "/things/<int:number>", needs=Permission.SEE_PUBLIC)
    def thing(number: int) -> str:
        return str(number)

    return make_app_without_tables().test_client()


def test_a_number_that_a_row_can_have_is_passed_on(numbered):
    assert numbered.get(f"/things/{LARGEST}").text == str(LARGEST)


@pytest.mark.parametrize("number", [LARGEST + 1, 10**30])
def test_a_larger_number_is_not_found(numbered, number):
    assert numbered.get(f"/things/{number}").status_code == 404
