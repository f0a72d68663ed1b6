"""What people read about rights is what the tests walk."""

from tests.rights import page


def test_the_page_is_printed_from_the_table():
    assert page.PAGE.read_text() == page.page(), "Print it anew: python -m tests.rights.page"
