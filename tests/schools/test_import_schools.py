import codecs
import io
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from schools.models import Alliance, School
from schools.signals import school_closed
from tests.schools import gias
from tests.schools.cases import counts, refusal, run
from tests.schools.gias import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    """Writes rows to a file in the register's shape."""

    def write(*rows, **options):
        return gias.write(tmp_path / "register.csv", rows, **options)

    return write


@contextmanager
def closures():
    """The URNs of which school_closed tells."""
    heard = []

    def listen(school, **kwargs):
        heard.append(school.urn)

    school_closed.connect(listen)
    try:
        yield heard
    finally:
        school_closed.disconnect(listen)


def join(urn, starts_on=date(2020, 9, 1), ends_on=None):
    school = School.objects.get(urn=urn)
    alliance = Alliance.objects.create(name=f"Alliance {urn}", slug=f"a{urn}", lead_school=school)
    alliance.memberships.create(school=school, starts_on=starts_on, ends_on=ends_on)


# What it writes -----------------------------------------------------------


def test_it_prints_one_line_of_counts(file, capsys):
    call_command("import_schools", file(row(900001)))
    captured = capsys.readouterr()
    assert captured.out == "created=1 updated=0 unchanged=0 skipped=0 errors=0\n"
    assert captured.err == ""


def test_it_shows_progress_on_a_terminal(file, monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", terminal)
    run(file(row(900001)))
    assert "1/1" in terminal.getvalue()


def test_it_fills_every_field_of_a_school(file):
    run(file(row(900001, name="Wharf School", number="0042", la_code="099", trust="The Mere Trust")))
    school = School.objects.values().get()
    assert school == {
        "urn": 900001,
        "name": "Wharf School",
        "status": "open",
        "phase": "Primary",
        "establishment_type": "Community school",
        "type_group": "Local authority maintained schools",
        "la_code": "099",
        "la_name": "Mereshire",
        "establishment_number": "0042",
        "ukprn": "01234567",
        "trust": "The Mere Trust",
        "federation": "",
        "religious_character": "Does not apply",
        "gender": "Mixed",
        "low_age": 4,
        "high_age": 11,
        "capacity": 210,
        "pupils": 198,
        "street": "1 Wharf Lane, Eastgate",
        "locality": "",
        "town": "Merebridge",
        "county": "Mereshire",
        "postcode": "ZZ9 9ZZ",
        "website": "school.example",
        "easting": 512345,
        "northing": 398765,
        "open_date": date(1897, 9, 1),
        "close_date": None,
        "predecessor_id": None,
        "telephone": "",
        "arrival": "",
    }


def test_the_same_file_again_changes_nothing(file):
    path = file(row(900001), row(900002))
    assert run(path)[0] == counts(created=2)
    assert run(path)[0] == counts(unchanged=2)


def test_it_updates_what_changed(file):
    run(file(row(900001), row(900002)))
    assert run(file(row(900001, name="New Name"), row(900002)))[0] == counts(updated=1, unchanged=1)
    assert School.objects.get(urn=900001).name == "New Name"


def test_it_takes_more_rows_than_one_chunk(file):
    path = file(*(row(urn) for urn in range(900000, 901201)))
    assert run(path)[0] == counts(created=1201)
    assert run(path)[0] == counts(unchanged=1201)


def test_it_never_writes_what_the_school_keeps_itself(file):
    run(file(row(900001)))
    School.objects.update(telephone="01632 960999", arrival="Ring at the green gate")
    run(file(row(900001, name="New Name", TelephoneNum="01632 960111")))
    school = School.objects.get()
    assert (school.name, school.telephone, school.arrival) == (
        "New Name",
        "01632 960999",
        "Ring at the green gate",
    )


def test_a_missing_column_leaves_its_field_untouched(file):
    run(file(row(900001)))
    path = file(row(900001, name="New Name"), header=["URN", "EstablishmentName", "EstablishmentStatus (code)"])
    assert run(path)[0] == counts(updated=1)
    school = School.objects.get()
    assert (school.name, school.town, school.phase, school.easting) == (
        "New Name",
        "Merebridge",
        "Primary",
        512345,
    )


def test_columns_may_stand_in_any_order(file):
    run(file(row(900001), header=list(reversed(gias.HEADER))))
    assert School.objects.get().town == "Merebridge"


def test_a_dry_run_writes_nothing_and_tells_nobody(file):
    run(file(row(900001)))
    join(900001)
    path = file(row(900001, status="Closed"), row(900002))
    with closures() as heard:
        found, err = run(path, "--dry-run")
    assert found == counts(created=1, updated=1)
    assert err == "Dry run: nothing was written.\n"
    assert heard == []
    assert [school.status for school in School.objects.all()] == ["open"]


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("Open", "1", "open"),
        ("Open, but proposed to close", "3", "closing"),
        ("Proposed to open", "4", "proposed"),
        ("", "3", "closing"),
    ],
)
def test_it_reads_the_status_by_name_or_code(file, name, code, status):
    run(file(row(900001, status=name, status_code=code)))
    assert School.objects.get().status == status


@pytest.mark.parametrize(
    ("name", "phase"),
    [("16 Plus", "16 plus"), ("All Through", "All-through"), ("Middle Deemed Primary", "Middle deemed primary")],
)
def test_it_reads_phases_as_older_files_write_them(file, name, phase):
    run(file(row(900001, phase=name)))
    assert School.objects.get().phase == phase


@pytest.mark.parametrize("blank", ["", "0"])
def test_a_school_without_coordinates_has_no_place(file, blank):
    run(file(row(900001, Easting=blank, Northing=blank)))
    school = School.objects.get()
    assert (school.easting, school.northing) == (None, None)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_it_reads_accents_in_every_usual_encoding(file, encoding):
    run(file(row(900001, name="St Zoë’s School"), encoding=encoding))
    assert School.objects.get().name == "St Zoë’s School"


# Whom it leaves out -------------------------------------------------------


def test_a_closed_school_we_do_not_hold_is_skipped(file):
    assert run(file(row(900001, status="Closed"), row(900002)))[0] == counts(created=1, skipped=1)


def test_it_takes_only_the_local_authorities_asked_for(file):
    path = file(row(900001), row(900002, la="Northmere"), row(900003, la="Southmere"))
    assert run(path, "--la", "MERESHIRE", "northmere") == (counts(created=2, skipped=1), "")


def test_it_warns_of_an_unknown_local_authority(file):
    found, err = run(file(row(900001)), "--la", "Mereshire", "Atlantis")
    assert found == counts(created=1)
    assert err == "Warning: no row is of a local authority called Atlantis.\n"


def test_it_refuses_to_choose_without_the_column(file):
    path = file(row(900001), header=["URN", "EstablishmentName", "EstablishmentStatus (name)"])
    assert "has no column LA (name)" in refusal(path, "--la", "Mereshire")


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"la_code": "673"},
        {"la_code": "708"},
        {"la_code": "000"},
        {"la": "Jersey Offshore Establishments"},
        {"la": "Isle of Man Offshore Establishments"},
        {"la": "Gibraltar Overseas Establishments"},
        {"kind": "Welsh establishment"},
        {"kind": "Service children's education"},
        {"kind": "British schools overseas"},
        {"TypeOfEstablishment (code)": "25"},
        {"region": "Wales (pseudo)"},
    ],
    ids=lambda cells: next(iter(cells.values())),
)
def test_schools_outside_england_and_of_the_forces_are_skipped(file, elsewhere):
    path = file(row(900001, **elsewhere), row(900002, name="Jersey Road School"))
    assert run(path)[0] == counts(created=1, skipped=1)


# Schools that close and re-open -------------------------------------------


def test_closing_a_member_is_told_once(file):
    run(file(row(900001), row(900002)))
    join(900001)
    path = file(row(900001, status="Closed"), row(900002, status="Closed"))
    with closures() as heard:
        assert run(path)[0] == counts(updated=2)
        assert run(path)[0] == counts(unchanged=2)
    assert heard == [900001]


def test_closing_a_former_member_is_not_told(file):
    run(file(row(900001)))
    join(900001, ends_on=timezone.localdate() - timedelta(days=1))
    with closures() as heard:
        run(file(row(900001, status="Closed")))
    assert heard == []


def test_a_listener_that_fails_undoes_the_import(file):
    run(file(row(900001)))
    join(900001)

    def fail(**kwargs):
        raise ValueError("no mail")

    school_closed.connect(fail)
    try:
        with pytest.raises(ValueError, match="no mail"):
            run(file(row(900001, status="Closed")))
    finally:
        school_closed.disconnect(fail)
    assert School.objects.get().status == "open"


@pytest.mark.parametrize("status", ["Closed", "Open, but proposed to close"])
def test_a_reopened_school_is_linked_to_the_school_it_was(file, status):
    run(file(row(900001, number="2001"), row(900002, number="2002"), row(900003, number="2001", la_code="998")))
    old = [row(900001, number="2001", status=status), row(900003, number="2001", la_code="998", status=status)]
    run(file(row(910000, number="2001"), *old))
    assert School.objects.get(urn=910000).predecessor_id == 900001


def test_a_school_that_reopened_twice_is_linked_to_the_last(file):
    run(file(row(900001, number="2001"), row(900002, number="2001")))
    closed = [row(urn, number="2001", status="Closed") for urn in (900001, 900002)]
    run(file(row(910000, number="2001"), *closed))
    links = School.objects.order_by("urn").values_list("urn", "predecessor")
    assert list(links) == [(900001, None), (900002, 900001), (910000, 900002)]


def test_a_link_counts_as_an_update_of_the_successor(file):
    run(file(row(900001, number="2001"), row(910000, number="2001")))
    path = file(row(900001, number="2001", status="Closed"), row(910000, number="2001"))
    assert run(path)[0] == counts(updated=2)
    assert run(path)[0] == counts(unchanged=2)


def test_schools_without_a_number_are_not_linked(file):
    run(file(row(900001, number="")))
    run(file(row(900001, number="", status="Closed"), row(910000, number="")))
    assert School.objects.get(urn=910000).predecessor is None


# Files that cannot be used ------------------------------------------------


def test_it_refuses_a_missing_file(tmp_path):
    assert refusal(tmp_path / "none.csv") == f"There is no file {tmp_path / 'none.csv'}."


def test_it_refuses_a_directory(tmp_path):
    assert refusal(tmp_path) == f"{tmp_path} is not a file."


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_it_refuses_utf16(file, encoding):
    assert "is UTF-16" in refusal(file(row(900001), encoding=encoding))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (b"\r\n\r\n", "has no header"),
        (b"URN,EstablishmentName\r\n1,\0\r\n", "NUL bytes"),
        (b"PK\x03\x04\x00\x00\x00", "NUL bytes"),
        (b"URN,EstablishmentName,EstablishmentStatus (name)\r\n1,\x81,Open", "neither UTF-8 nor Windows-1252"),
        (codecs.BOM_UTF8 + b"URN\r\n\xe9", "neither UTF-8 nor Windows-1252"),
        (b"EstablishmentName,EstablishmentStatus (name)\r\n", "no column URN"),
        (b"URN,EstablishmentStatus (name)\r\n", "no column EstablishmentName"),
        (b"URN,EstablishmentName\r\n", "no column EstablishmentStatus (name)"),
        (b"900001,School,Open\r\n", "no column URN, EstablishmentName, EstablishmentStatus (name)"),
        (b"URN,EstablishmentName,EstablishmentStatus (name),Town,Town\r\n", "names Town more than once"),
        (b'"URN";"EstablishmentName"\r\n', "separated by semicolons"),
        (b"URN," + b"x" * 140_000, "header of"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_refuses_a_file_that_is_not_the_register(tmp_path, content, sentence):
    path = tmp_path / "register.csv"
    path.write_bytes(content)
    assert sentence in refusal(path)


def test_a_refusal_says_nothing_on_stdout(tmp_path, capsys):
    with pytest.raises(CommandError):
        call_command("import_schools", tmp_path)
    assert capsys.readouterr().out == ""


def test_it_refuses_a_quotation_mark_that_swallows_rows(tmp_path):
    path = tmp_path / "register.csv"
    path.write_text(
        'URN,EstablishmentName,EstablishmentStatus (name)\n900001,One,Open\n900002,"Two,Open\n900003,Three,Open\n'
    )
    assert f"Row 3 of {path} runs over several lines" in refusal(path, "--skip-bad-rows")


# Bad rows -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"URN": "ABC"}, "URN “ABC” is not a whole number"),
        ({"URN": ""}, "it has no URN"),
        ({"URN": "٣"}, "URN “٣” is not a whole number"),
        ({"URN": "9" * 5000}, "URN “9999"),
        ({"name": ""}, "it has no EstablishmentName"),
        ({"name": "x" * 201}, "EstablishmentName has 201 characters, at most 200 fit"),
        ({"town": "x" * 140_000}, "field larger than field limit"),
        ({"number": "12345"}, "EstablishmentNumber has 5 characters, at most 4 fit"),
        ({"opened": "31-02-2020"}, "OpenDate “31-02-2020” is not a date"),
        ({"opened": "2020-02-01"}, "OpenDate “2020-02-01” is not a date"),
        ({"closed": "31-12-1799"}, "CloseDate “31-12-1799” is not a date"),
        ({"pupils": "many"}, "NumberOfPupils “many” is not a whole number"),
        ({"StatutoryHighAge": "100"}, "StatutoryHighAge “100” is not a whole number from 0 to 99"),
        ({"status": "Asleep"}, "EstablishmentStatus (name) “Asleep” is unknown"),
        ({"status": "", "status_code": ""}, "EstablishmentStatus (name) “” is unknown"),
        ({"phase": "Tertiary"}, "PhaseOfEducation (name) “Tertiary” is unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_row_is_named_and_refuses_the_file(file, cells, sentence):
    path = file(row(900001), row(900002, **cells), row(900003), encoding="utf-8")
    assert f"row 3: {sentence}" in refusal(path)
    found, err = run(path, "--skip-bad-rows")
    assert found == counts(created=2, errors=1)
    assert f"row 3: {sentence}" in err


def test_a_urn_that_comes_twice_is_a_bad_row(file):
    path = file(row(900001, name="First"), row(900002), row(900001, name="Second"))
    assert "row 4: URN 900001 stands in the file twice" in refusal(path)
    assert run(path, "--skip-bad-rows")[0] == counts(created=2, errors=1)
    assert School.objects.get(urn=900001).name == "First"


def test_a_bad_row_undoes_the_chunks_before_it(file):
    rows = [row(urn) for urn in range(900000, 901000)]
    assert "row 1002" in refusal(file(*rows, row(950000, opened="never")))


def test_it_names_twenty_bad_rows_and_counts_the_rest(file):
    lines = refusal(file(*(row(900001 + n, pupils="many") for n in range(25)))).splitlines()
    assert lines[0] == "Nothing was imported, because of bad rows:"
    assert [line.split(":")[0] for line in lines[1:-1]] == [f"row {n}" for n in range(2, 22)]
    assert lines[-1] == "and 5 more"


def test_a_row_from_elsewhere_is_not_looked_into(file):
    path = file(row(900001), row(900002, la="Northmere", opened="never"))
    assert run(path, "--la", "Mereshire")[0] == counts(created=1, skipped=1)


def test_empty_lines_are_no_rows(file):
    path = file(row(900001), row(900002, pupils="many"))
    path.write_bytes(path.read_bytes().replace(b'\r\n"900002"', b'\r\n\r\n"900002"') + b"\r\n")
    assert "row 4: NumberOfPupils" in refusal(path)


def ragged(file, change):
    """A file whose second school has had its list of cells changed."""
    path = file(row(900001), row(900002))
    lines = path.read_text().splitlines()
    lines[2] = ",".join(change(lines[2].replace("1 Wharf Lane, Eastgate", "1 Wharf Lane").split(",")))
    path.write_text("\n".join(lines))
    return path


def test_a_row_of_an_older_file_may_lack_trailing_columns_we_do_not_read(file):
    assert run(ragged(file, lambda cells: cells[:-3]))[0] == counts(created=2)
    assert School.objects.get(urn=900002).northing == 398765


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells[:20],
        lambda cells: cells[: gias.HEADER.index("Northing")],
        lambda cells: cells[:10] + cells[11:],
        lambda cells: [*cells[:4], "St Ann", *cells[4:]],
    ],
    ids=["cut short", "without northing", "lost in the middle", "one too many"],
)
def test_a_row_whose_cells_may_be_shifted_is_bad(file, change):
    path = ragged(file, change)
    assert "row 3: it has" in refusal(path)
    assert run(path, "--skip-bad-rows")[0] == counts(created=1, errors=1)
