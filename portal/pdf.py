"""A PDF out of a title and its parts: headings, text, key figures and tables."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table

MARGIN = 18 * mm
WIDTH = A4[0] - 2 * (MARGIN + 6)  # the frame keeps six points of its own on each side
NUMBER_WIDTH = 23 * mm
REGULAR, BOLD = TTFont("Vera", "Vera.ttf"), TTFont("Vera-Bold", "VeraBd.ttf")
for font in (REGULAR, BOLD):
    pdfmetrics.registerFont(font)
pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="Vera-Bold", italic="Vera", boldItalic="Vera-Bold")

GREY, LINE = HexColor("#505a5f"), HexColor("#b1b4b6")
TEXT = ParagraphStyle("text", fontName="Vera", fontSize=9, leading=13, spaceAfter=6)
TITLE = ParagraphStyle("title", TEXT, fontName="Vera-Bold", fontSize=17, leading=22, spaceAfter=10)
HEADING = ParagraphStyle("heading", TEXT, fontName="Vera-Bold", fontSize=11.5, leading=15, spaceBefore=10)
LABEL = ParagraphStyle("label", TEXT, fontSize=8, leading=11, textColor=GREY, spaceAfter=0)
FIGURE = ParagraphStyle("figure", TEXT, fontName="Vera-Bold", fontSize=13, leading=17, spaceAfter=0)
CELL = ParagraphStyle("cell", TEXT, fontSize=8, leading=11, spaceAfter=0)
HEAD = ParagraphStyle("head", CELL, fontName="Vera-Bold")
# Days and pounds are one word each, so a number is never broken over two lines.
NUMBER = ParagraphStyle("number", CELL, alignment=TA_RIGHT, splitLongWords=0)
HEAD_NUMBER = ParagraphStyle("head-number", HEAD, alignment=TA_RIGHT)


def document(title: str, parts: Iterable[Iterable[Flowable]]) -> bytes:
    """The PDF as bytes: A4, upright, with the title and the number of each page at its foot."""
    out = BytesIO()
    title = _printable(title)
    frame = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN, title=title,
        lang="en-GB",
    )  # fmt: skip
    flow = [_paragraph(title, TITLE), *[flowable for part in parts for flowable in part]]
    frame.build(flow, canvasmaker=lambda *args, **kwargs: _Numbered(*args, foot=title, **kwargs))
    return out.getvalue()


def heading(text: object) -> list[Flowable]:
    """Not at the foot of a page: what follows, a table perhaps, begins below it and may go on over the page."""
    return [CondPageBreak(30 * mm), _paragraph(text, HEADING)]


def text(words: object) -> list[Flowable]:
    """A paragraph; a new line in the words is a new line on the page."""
    return [_paragraph(words, TEXT)]


def figures(pairs: Iterable[tuple[str, str]]) -> list[Flowable]:
    """Key figures side by side, as pairs of label and value, both text."""
    cells = [[_paragraph(label, LABEL), _paragraph(value, FIGURE)] for label, value in pairs]
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    return [Table([cells], colWidths=[WIDTH / len(cells)] * len(cells), style=style), Spacer(0, 8)]


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Iterable[int] = (), last_is_total: bool = False
) -> list[Flowable]:
    """A table whose headings stand on every page. `numbers` are the columns set to the right; cells are text."""
    numbers = {index % len(headings) for index in numbers}
    words = len(headings) - len(numbers)
    narrow = min(NUMBER_WIDTH, WIDTH / len(headings))
    wide = (WIDTH - narrow * len(numbers)) / words if words else 0
    cells = [_row(headings, numbers, HEAD, HEAD_NUMBER), *[_row(row, numbers, CELL, NUMBER) for row in rows]]
    style: list[Any] = [  # commands, each of its own form
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("LINEBELOW", (0, 0), (-1, 0), 1, GREY),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ]
    if last_is_total and rows:
        cells[-1] = _row(rows[-1], numbers, HEAD, HEAD_NUMBER)
        style.append(("LINEABOVE", (0, -1), (-1, -1), 1, GREY))
    widths = [narrow if index in numbers else wide for index in range(len(headings))]
    return [LongTable(cells, colWidths=widths, repeatRows=1, splitInRow=1, style=style), Spacer(0, 8)]


def _row(
    texts: Sequence[str], numbers: Collection[int], of_words: ParagraphStyle, of_numbers: ParagraphStyle
) -> list[Paragraph]:
    return [_paragraph(cell, of_numbers if index in numbers else of_words) for index, cell in enumerate(texts)]


def _paragraph(words: object, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(_printable(str(words))).replace("\n", "<br/>"), style)


def _printable(words: str) -> str:
    """The words with what the font lacks put as its plain letter, or else as a question mark."""
    return "".join(_in_font(letter) for letter in unicodedata.normalize("NFC", words.replace("\r\n", "\n")))


def _in_font(letter: str) -> str:
    if letter == "\n":
        return letter
    if unicodedata.category(letter) in ("Cc", "Zl", "Zp"):
        return " "
    glyphs = REGULAR.face.charToGlyph
    if ord(letter) in glyphs:
        return letter
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if ord(part) in glyphs)
    return plain or "?"


class _Numbered(Canvas):
    """Says at the foot of each page which it is of how many, which is known only when all are there."""

    def __init__(self, *args: Any, foot: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.foot = foot
        self.drawn: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self.drawn.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # the stubs leave out what begins with _

    def save(self) -> None:
        for number, page in enumerate(self.drawn, start=1):
            self.__dict__.update(page)
            self.setFont("Vera", 7.5)
            self.setFillColor(GREY)
            self.drawString(MARGIN, MARGIN / 2, self.foot[:80])
            self.drawRightString(A4[0] - MARGIN, MARGIN / 2, f"Page {number} of {len(self.drawn)}")
            super().showPage()
        super().save()
