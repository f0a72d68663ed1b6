"""The register's import with files as they come: it is right, or it says what is wrong where, and nothing is written.

IMPORT_ROWS and IMPORT_MEGABYTES make the long and the large file as long and as large as one likes.
"""

import os
import tracemalloc

import pytest

from schools.models import School
from tests.schools import gias
from tests.schools.cases import counts, refusal, run
from tests.schools.gias import row

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ROWS = int(os.environ.get("IMPORT_ROWS", 2_000))
MEGABYTES = int(os.environ.get("IMPORT_MEGABYTES", 10))
NAME = "St Zoë’s School"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "register.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_f34_every_usual_encoding_is_read(path, encoding):
    gias.write(path, [row(900001, name=NAME)], encoding=encoding)
    assert run(path)[0] == counts(created=1)
    assert School.objects.get().name == NAME


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_f34_utf16_is_refused(path, encoding):
    gias.write(path, [row(900001, name=NAME)], encoding=encoding)
    assert "UTF-16" in refusal(path) or "UTF-8" in refusal(path)


def test_f34_a_zero_byte_is_refused_with_its_line(path):
    gias.write(path, [row(900001), row(900002, name="Sch\0ool"), row(900003)])
    assert "line 3 holds NUL bytes" in refusal(path)


def test_f34_a_field_of_131_kilobytes_is_refused_with_its_row(path):
    gias.write(path, [row(900001), row(900002, name="A" * 131_073)])
    assert "ow 3" in refusal(path)


def test_f34_semicolons_are_refused(path):
    gias.write(path, [row(900001)], delimiter=";")
    assert "comma" in refusal(path)


def test_f34_a_doubled_header_is_refused(path):
    gias.write(path, [row(900001)], header=[*gias.HEADER, "EstablishmentName"])
    assert "EstablishmentName" in refusal(path)


def test_f34_a_header_that_comes_again_in_the_middle_is_refused_with_its_row(path):
    again = dict(zip(gias.HEADER, gias.HEADER, strict=True))
    gias.write(path, [row(900001), again, row(900002)])
    assert "ow 3" in refusal(path)


def test_f34_a_long_file_is_taken_whole(path):
    gias.write(path, [row(100_000 + n) for n in range(ROWS)])
    assert run(path)[0] == counts(created=ROWS)
    assert School.objects.count() == ROWS


def test_f34_a_long_file_whose_last_row_is_bad_writes_nothing(path):
    gias.write(path, [*(row(100_000 + n) for n in range(ROWS)), row("last")])
    assert f"ow {ROWS + 2:,}" in refusal(path) or f"ow {ROWS + 2}" in refusal(path)


def test_f34_a_large_file_is_read_row_by_row(path):
    """Columns that we do not read may be as full as they like; no more than a few rows of it are in memory."""
    rows = [row(900_001 + n, **{"MSOA (name)": "x" * 100_000}) for n in range(MEGABYTES * 10)]
    gias.write(path, rows)
    assert path.stat().st_size > MEGABYTES * 1_000_000
    tracemalloc.start()
    result = run(path)[0]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result == counts(created=len(rows))
    assert most < 6_000_000
