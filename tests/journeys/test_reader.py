"""The readers of these journeys notice what they are there to notice."""

import pytest
from playwright.sync_api import Error

from tests.journeys.reader import Reader


@pytest.fixture
def reader(browser, museum):
    seated = Reader(browser, museum.url)
    yield seated
    seated.close()


def test_nothing_is_noticed_on_a_page_in_order(reader):
    reader.open("/sign-in")

    assert reader.faults == []


def test_a_request_to_another_address_is_stopped_and_noticed(reader):
    with pytest.raises(Error, match="ERR_FAILED"):
        reader.open("http://cdn.example/bootstrap.css")

    assert "asked another address: http://cdn.example/bootstrap.css" in reader.faults


def test_what_the_content_policy_blocks_is_noticed(reader):
    reader.open("/sign-in")

    with reader.page.expect_console_message():
        reader.page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://cdn.example/one.png'}))")

    assert any("Content Security Policy" in fault for fault in reader.faults), reader.faults


def test_a_part_of_a_page_that_is_missing_is_noticed(reader):
    reader.open("/sign-in")

    with reader.page.expect_response("**/nothing.png"):
        reader.page.evaluate("document.body.append(Object.assign(new Image(), {src: '/ui/nothing.png'}))")

    assert any(fault.startswith("404 for a part of a page") for fault in reader.faults), reader.faults
