"""DfE's register of schools (GIAS, "Get Information about Schools") read as rows. Nothing is written here."""

import codecs
import csv
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .models import Phase, School

BLOCK = 1 << 20
LARGEST = 2**31 - 1
FIRST_YEAR = 1800

# Column -> field. Any of these columns but URN and EstablishmentName may be missing: they come and go.
TEXTS = {
    "EstablishmentName": "name",
    "TypeOfEstablishment (name)": "establishment_type",
    "EstablishmentTypeGroup (name)": "type_group",
    "LA (code)": "la_code",
    "LA (name)": "la_name",
    "EstablishmentNumber": "establishment_number",
    "UKPRN": "ukprn",
    "Trusts (name)": "trust",
    "Federations (name)": "federation",
    "ReligiousCharacter (name)": "religious_character",
    "Gender (name)": "gender",
    "Street": "street",
    "Locality": "locality",
    "Town": "town",
    "County (name)": "county",
    "Postcode": "postcode",
    "SchoolWebsite": "website",
}
NUMBERS = {
    "StatutoryLowAge": ("low_age", 99),
    "StatutoryHighAge": ("high_age", 99),
    "SchoolCapacity": ("capacity", LARGEST),
    "NumberOfPupils": ("pupils", LARGEST),
}
PLACES = {"Easting": "easting", "Northing": "northing"}
DATES = {"OpenDate": "open_date", "CloseDate": "close_date"}

STATUS_COLUMNS = ("EstablishmentStatus (name)", "EstablishmentStatus (code)")
STATUSES = {
    "open": School.Status.OPEN,
    "1": School.Status.OPEN,
    "closed": School.Status.CLOSED,
    "2": School.Status.CLOSED,
    "open, but proposed to close": School.Status.CLOSING,
    "3": School.Status.CLOSING,
    "proposed to open": School.Status.PROPOSED,
    "4": School.Status.PROPOSED,
}
PHASE_COLUMNS = ("PhaseOfEducation (name)", "PhaseOfEducation (code)")
# Older files write "All Through" and "16 Plus": names are compared in lower case, without hyphens.
PHASES = {phase.lower().replace("-", " "): phase for phase in Phase}
PHASES |= {
    "": Phase.NOT_APPLICABLE,
    "0": Phase.NOT_APPLICABLE,
    "1": Phase.NURSERY,
    "2": Phase.PRIMARY,
    "3": Phase.MIDDLE_PRIMARY,
    "4": Phase.SECONDARY,
    "5": Phase.MIDDLE_SECONDARY,
    "6": Phase.SIXTEEN_PLUS,
    "7": Phase.ALL_THROUGH,
}

TYPE_CODE = "TypeOfEstablishment (code)"
REGION_COLUMNS = ("LA (name)", "TypeOfEstablishment (name)", "GOR (name)", "Country (name)")
# Offshore, service children's education, Welsh, British schools overseas.
TYPES_ELSEWHERE = {"25", "26", "30", "37"}
# Local authorities 6xx are Welsh, 7xx offshore or of the forces; 000 is "Does not apply".
LA_ELSEWHERE = re.compile(r"[67]\d\d$|0+$")
WORDS_ELSEWHERE = re.compile(
    r"\b(wales|welsh|jersey|guernsey|alderney|isle of man|gibraltar|offshore|overseas|service children)", re.I
)

COLUMNS = {
    "URN", TYPE_CODE,
    *TEXTS, *NUMBERS, *PLACES, *DATES, *STATUS_COLUMNS, *PHASE_COLUMNS, *REGION_COLUMNS,
}  # fmt: skip
LENGTHS = {field: School._meta.get_field(field).max_length for field in TEXTS.values()}  # type: ignore[union-attr]  # each has one
DATE = re.compile(r"(\d\d)-(\d\d)-(\d{4})", re.ASCII)


class Unusable(Exception):
    """The file as a whole cannot be read as the register; the message is a sentence for people."""


class BadRow(Exception):
    """One row cannot be read; the message says what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Row:
    """Row number as a spreadsheet counts (the header is row 1), the cells we read, or what is wrong."""

    number: int
    cells: dict
    fault: str = ""


@dataclass(frozen=True)
class Register:
    path: Path
    encoding: str
    lines: int
    header: list

    def has(self, column):
        return column in self.header

    def rows(self):
        """Every row of the file, sound or not; empty lines are no rows."""
        positions = {column: at for at, column in enumerate(self.header) if column in COLUMNS}
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, strict=True)
            next(reader)
            number = 1
            while True:
                number, before = number + 1, reader.line_num
                try:
                    fields = next(reader)
                    fault = self.raggedness(fields)
                except StopIteration:
                    return
                except csv.Error as error:
                    fields, fault = [], str(error)
                if fault and reader.line_num > before + 1:
                    # Even leaving bad rows out, we could not say how many sound rows it swallowed.
                    raise Unusable(
                        f"Row {number} of {self.path} runs over several lines and cannot be read: {fault}. "
                        "Probably a quotation mark is never closed."
                    )
                if fault:
                    yield Row(number, {}, fault)
                elif fields:
                    yield Row(number, {column: fields[at].strip() for column, at in positions.items()})

    def raggedness(self, fields):
        """What is wrong with the number of fields, if anything.

        Older files drop trailing columns in some rows. Such a row is taken only if nothing we read is
        missing and the last column we read holds its whole number (Northing, in DfE's order): a row that
        lost a column further left holds a neighbour's words there. A row with too many fields has an
        unquoted comma somewhere, so every later cell may stand in the wrong column.
        """
        if not fields or len(fields) == len(self.header):
            return ""
        last = max(at for at, column in enumerate(self.header) if column in COLUMNS)
        proves_order = self.header[last] in PLACES or self.header[last] in NUMBERS
        if last < len(fields) < len(self.header) and proves_order and is_number(fields[last].strip()):
            return ""
        return f"it has {len(fields)} fields, the header {len(self.header)}"


def open_register(path):
    path = Path(path)
    try:
        if not path.is_file():
            raise Unusable(f"{path} is not a file." if path.exists() else f"There is no file {path}.")
        encoding, lines = inspect(path)
        header = read_header(path, encoding)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from error
    check_header(path, header)
    return Register(path, encoding, lines, header)


def inspect(path):
    """Encoding and number of lines. It reads the whole file: its last byte may say that it is not UTF-8."""
    decoder, lines, is_utf8, is_cp1252 = codecs.getincrementaldecoder("utf-8")(), 0, True, True
    with path.open("rb") as file:
        start = file.read(4)
        refuse_utf16(path, start)
        file.seek(0)
        while block := file.read(BLOCK):
            if b"\0" in block:
                line = lines + block[: block.index(b"\0")].count(b"\n") + 1
                raise Unusable(f"{path} is not a text file: line {line} holds NUL bytes.")
            lines += block.count(b"\n")
            is_cp1252 = is_cp1252 and not re.search(rb"[\x81\x8d\x8f\x90\x9d]", block)
            is_utf8 = is_utf8 and decodes(decoder, block)
    if is_utf8 and decodes(decoder, b"", final=True):
        return "utf-8-sig", lines
    if is_cp1252 and not start.startswith(codecs.BOM_UTF8):
        return "cp1252", lines
    raise Unusable(f"{path} is neither UTF-8 nor Windows-1252 text.")


def refuse_utf16(path, start):
    # Without a byte-order mark, every other byte of a header is NUL.
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    if start.startswith(marks) or re.match(rb"([^\0]\0){2}|(\0[^\0]){2}", start):
        raise Unusable(f"{path} is UTF-16; save it again as CSV in UTF-8.")


def decodes(decoder, block, final=False):
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def read_header(path, encoding):
    with path.open(encoding=encoding, newline="") as file:
        try:
            return [name.strip() for name in next(csv.reader(file), [])]
        except csv.Error as error:
            raise Unusable(f"The header of {path} cannot be read: {error}.") from error


def check_header(path, header):
    if not any(header):
        what = "is empty" if path.stat().st_size <= len(codecs.BOM_UTF8) else "has no header in its first row"
        raise Unusable(f"{path} {what}.")
    if "URN" not in header and ";" in header[0]:
        raise Unusable(f"The columns of {path} are separated by semicolons; save it again with commas.")
    doubled = [name for name, times in Counter(header).items() if name and times > 1]
    if doubled:
        raise Unusable(f"The header of {path} names {', '.join(doubled)} more than once.")
    missing = [name for name in ("URN", "EstablishmentName") if name not in header]
    if not set(STATUS_COLUMNS) & set(header):
        missing.append(STATUS_COLUMNS[0])
    if missing:
        raise Unusable(f"{path} is not the register of schools: it has no column {', '.join(missing)}.")


def is_elsewhere(cells):
    """Wales, the islands, the forces and abroad: no alliance of ours has members there."""
    places = " | ".join(cells.get(column, "") for column in REGION_COLUMNS)
    return bool(
        LA_ELSEWHERE.match(cells.get("LA (code)", ""))
        or cells.get(TYPE_CODE) in TYPES_ELSEWHERE
        or WORDS_ELSEWHERE.search(places)
    )


def urn_of(row):
    if row.fault:
        raise BadRow(row.fault)
    urn = number("URN", row.cells["URN"], LARGEST)
    if not urn:
        raise BadRow("it has no URN")
    return urn


def values_of(cells):
    """The School fields that the file has columns for, and no others."""
    values = {field: text(column, cells[column], LENGTHS[field]) for column, field in having(TEXTS, cells)}
    for column, (field, largest) in having(NUMBERS, cells):
        values[field] = number(column, cells[column], largest)
    for column, field in having(PLACES, cells):
        values[field] = number(column, cells[column], LARGEST) or None
    for column, field in having(DATES, cells):
        values[field] = day(column, cells[column])
    values["status"] = choice(STATUS_COLUMNS, cells, STATUSES)
    if any(column in cells for column in PHASE_COLUMNS):
        values["phase"] = choice(PHASE_COLUMNS, cells, PHASES)
    if not values["name"]:
        raise BadRow("it has no EstablishmentName")
    return values


def having(columns, cells):
    return [(column, target) for column, target in columns.items() if column in cells]


def text(column, value, longest):
    if len(value) > longest:
        raise BadRow(f"{column} has {len(value)} characters, at most {longest} fit")
    return value


def number(column, value, largest):
    if not value:
        return None
    if not is_number(value) or int(value) > largest:
        raise BadRow(f"{column} {shown(value)} is not a whole number from 0 to {largest}")
    return int(value)


def is_number(value):
    return value.isascii() and value.isdigit() and len(value) <= 10


def day(column, value):
    if not value:
        return None
    try:
        on = date(*(int(part) for part in reversed(DATE.fullmatch(value).groups())))
    except (AttributeError, ValueError):
        on = date.min
    if on.year < FIRST_YEAR:
        raise BadRow(f"{column} {shown(value)} is not a date as dd-mm-yyyy from {FIRST_YEAR}")
    return on


def choice(columns, cells, known):
    """The name decides, or the code where the name is missing or blank."""
    value = next((cells[column] for column in columns if cells.get(column)), "")
    try:
        return known[value.lower().replace("-", " ")]
    except KeyError:
        raise BadRow(f"{columns[0]} {shown(value)} is unknown") from None


def shown(value):
    return f"“{value[:40]}…”" if len(value) > 40 else f"“{value}”"
