from io import BytesIO

import pytest
from pypdf import PdfReader

from portal import pdf


def pages(content):
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def test_it_has_a_title_headings_text_figures_and_a_table():
    parts = [
        pdf.heading("Visits"),
        pdf.text("Two lines\nof text"),
        pdf.figures([("Days", "3.5"), ("To pay", "£1,225.00")]),
        pdf.table(("On", "Amount"), [("1 May 2026", "£350.00")], numbers=(1,)),
    ]
    content = pdf.document("Charge NETHERBY-0001", parts)
    (page,) = pages(content)
    for words in ("Charge NETHERBY-0001", "Visits", "of text", "To pay", "£1,225.00", "1 May 2026", "Page 1 of 1"):
        assert words in page
    assert PdfReader(BytesIO(content)).metadata.title == "Charge NETHERBY-0001"


def test_the_headings_of_a_long_table_stand_on_every_page():
    rows = [(f"Movement {number}", "1.00") for number in range(150)]
    found = pages(pdf.document("Statement", [pdf.table(("What", "Days"), rows, numbers=(1,))]))
    assert len(found) > 2
    assert all("What Days" in page for page in found)
    assert found[-1].endswith(f"Page {len(found)} of {len(found)}")


@pytest.mark.parametrize(
    "words", ["Łódź & <Ŵest> school", "学校 ✓", "\x00\ud800\u2028", "x" * 5000, "", "£ – − “quoted”"]
)
def test_no_character_and_no_length_stops_it(words):
    parts = [pdf.heading(words), pdf.text(words), pdf.figures([(words[:40], words[:40])])]
    parts.append(pdf.table((words[:40], "Days"), [(words, "1.00")], numbers=(1,), last_is_total=True))
    assert pages(pdf.document(words, parts))


def test_what_the_font_lacks_is_written_plainly():
    (page,) = pages(pdf.document("Ŵest ✓ school", []))
    assert page.startswith("West ? school")
