"""Many invitations from a file: read and checked as a whole. Nothing is written here."""

import csv
import io

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from schools.models import School

from . import invitations
from .models import Invitation, Post, Role

COLUMNS = ("email", "name", "role", "post", "urn")
LARGEST_FILE = 1_000_000  # bytes
MOST_ROWS = 500
TEMPLATE = (
    "email,name,role,post,urn\n"
    "head@example.org,Hilda Example,headteacher,,900001\n"
    "deputy@example.org,Dora Example,,deputy,900001\n"
    "office@example.org,Olu Example,business_manager,,900001\n"
    "steering@example.org,Stella Example,steering,,\n"
)
ROLES = {Role.Kind.HEADTEACHER, Role.Kind.BUSINESS_MANAGER, *Role.OF_ALLIANCES}


class Unusable(Exception):
    """The file cannot be taken; `faults` are sentences for people, with the row's number where there is one."""

    def __init__(self, *faults):
        super().__init__(*faults)
        self.faults = faults


def read(content, *, by, alliance, schools):
    """The facts of each invitation of a file (bytes): to the alliance or to one of the schools (ids)."""
    rows = _rows(content)
    known = School.objects.in_bulk(list(schools))
    found, faults, seen = [], [], {}
    for number, row in rows:
        facts, fault = _facts(row, alliance, known)
        key = facts and (facts["email"], facts["kind"], facts["school"])
        if not fault and key in seen:
            fault = f"the same as row {seen[key]}"
        if not fault and already_invited(**facts):
            fault = f"{facts['email']} has been invited to this already"
        if not fault and (against := invitations.why_not(by=by, **facts)):
            fault = against[1]
        if fault:
            faults.append(f"Row {number}: {fault}")
        else:
            seen[key] = number
            found.append(facts)
    if faults:
        raise Unusable(*faults)
    if not found:
        raise Unusable("There are no rows below the names of the columns")
    return found


def already_invited(*, email, kind, school, alliance, **facts):
    place = {"school": school, "alliance": alliance}
    return Invitation.objects.usable().filter(email=email, kind=kind, **place).exists()


def _rows(content):
    if len(content) > LARGEST_FILE:
        raise Unusable("The file is larger than 1 MB")
    text = _decode(content)
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ",")
    try:
        lines = list(reader)
    except csv.Error:
        raise Unusable("The file cannot be read as CSV: is a quotation mark never closed?") from None
    names = [name.strip().lower() for name in lines[0]] if lines else []
    if sorted(names) != sorted(COLUMNS):
        raise Unusable(f"The first row must name the columns: {', '.join(COLUMNS)}, each once")
    if len(lines) > MOST_ROWS + 1:
        raise Unusable(f"There are more than {MOST_ROWS} rows: send them in several files")
    return [
        (number, dict(zip(names, cells, strict=True)) if len(cells) == len(names) else None)
        for number, cells in enumerate(([cell.strip() for cell in line] for line in lines[1:]), start=2)
        if any(cells)
    ]


def _decode(content):
    """UTF-8, or what Excel writes on Windows."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unusable("The file is not text: save it as CSV (UTF-8)")


def _facts(row, alliance, schools):
    """(the fields of an invitation, what is wrong with the row)."""
    if row is None:
        return None, f"must have {len(COLUMNS)} cells"
    email, kind, title = row["email"].lower(), row["role"].lower(), row["post"].lower()
    try:
        validate_email(email)
    except ValidationError:
        return None, f"“{email[:60]}” is not an email address"
    fault = _fault(row, kind, title, schools)
    if fault:
        return None, fault
    facts = {"email": email, "name": row["name"], "kind": kind, "title": title}
    if kind in Role.OF_ALLIANCES:
        return {**facts, "school": None, "alliance": alliance}, ""
    return {**facts, "school": schools[int(row["urn"])], "alliance": None}, ""


def _fault(row, kind, title, schools):
    urn = row["urn"]
    if len(row["email"]) > 254 or len(row["name"]) > 120:
        return "the address or the name is too long"
    if kind and kind not in ROLES:
        return f"“{kind[:30]}” is no role: use one of {', '.join(sorted(ROLES))}, or leave it empty"
    if title and title not in Post.Title.values:
        return f"“{title[:30]}” is no post: use one of {', '.join(Post.Title.values)}, or leave it empty"
    if kind in Role.OF_ALLIANCES:
        return "this role is of the alliance: leave post and urn empty" if urn or title else ""
    if not kind and not title:
        return "give a role or a post"
    if not (urn.isascii() and urn.isdecimal() and len(urn) <= 9 and int(urn) in schools):
        return f"“{urn[:30]}” is not the URN of a member school"
    return ""
