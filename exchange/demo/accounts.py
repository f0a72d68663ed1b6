"""The accounts that are shown to whoever tries the demonstration out."""

from schools.models import School
from staff.models import User

from .people import ACCOUNTS, PASSWORD
from .places import FIRST_URN, PLACES

URNS = {place.key: FIRST_URN + number for number, place in enumerate(PLACES)}


def accounts():
    return [
        {
            "role": role,
            "school_urn": URNS.get(school),
            "alliance": alliance,
            "email": f"{key}@example.org",
            "password": PASSWORD,
        }
        for role, key, school, alliance in ACCOUNTS
    ]


def table(address):
    """The same for people: what each account is, and the address to open."""
    names = dict(User.objects.values_list("email", "person__name"))
    schools = dict(School.objects.filter(pk__in=URNS.values()).values_list("pk", "name"))
    rows = [
        (
            account["role"].replace("_", " "),
            names[account["email"]],
            schools.get(account["school_urn"]) or account["alliance"] or "everything",
            account["email"],
        )
        for account in accounts()
        if account["email"] in names  # whoever tried it out may have changed an address
    ]
    rows.insert(0, ("Role", "Name", "School or alliance", "E-mail"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([f"Sign in at {address}", f"Password for everybody: {PASSWORD}", "", *lines])
