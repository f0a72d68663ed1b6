"""The accounts that are shown to whoever tries the demonstration out."""

import base64
from hashlib import sha256

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings

from schools.models import Alliance, School
from staff.models import User

from .people import ACCOUNTS, PASSWORD
from .places import FIRST_URN, PLACES

URNS = {place.key: FIRST_URN + number for number, place in enumerate(PLACES)}


NEED_SECOND_FACTOR = ("coordinator", "superuser")


def accounts():
    return [
        {
            "role": role,
            "school_urn": URNS.get(school),
            "alliance": alliance,
            "email": f"{key}@example.org",
            "password": PASSWORD,
            **_second_factor(role, f"{key}@example.org"),
        }
        for role, key, school, alliance in ACCOUNTS
    ]


def _second_factor(role, email):
    needed = settings.SECOND_FACTOR_REQUIRED and role in NEED_SECOND_FACTOR
    return {"totp_secret": totp_secret(email)} if needed else {}


def totp_secret(email):
    """As public as the password, and the same each time."""
    return base64.b32encode(sha256(f"demonstration {email}".encode()).digest()[:20]).decode()


def give_second_factors():
    """Where one is demanded, the accounts that need one have one; those that have set up their own keep it."""
    emails = [account["email"] for account in accounts() if "totp_secret" in account]
    have_one = Authenticator.objects.filter(type=Authenticator.Type.TOTP).values("user")
    for user in User.objects.filter(email__in=emails).exclude(pk__in=have_one):
        TOTP.activate(user, totp_secret(user.email))


def table(address):
    """The same for people: what each account is, and the address to open."""
    names = dict(User.objects.values_list("email", "person__name"))
    schools = dict(School.objects.filter(pk__in=URNS.values()).values_list("pk", "name"))
    alliances = dict(Alliance.objects.values_list("slug", "name"))
    rows = [
        (
            account["role"].replace("_", " "),
            names[account["email"]],
            schools.get(account["school_urn"]) or alliances.get(account["alliance"], "Every alliance"),
            account["email"],
        )
        for account in accounts()
        if account["email"] in names  # whoever tried it out may have changed an address
    ]
    rows.insert(0, ("Role", "Name", "School or alliance", "E-mail"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    secrets = [
        f"Authenticator key of {row['email']}: {row['totp_secret']}" for row in accounts() if "totp_secret" in row
    ]
    return "\n".join([f"Sign in at {address}", f"Password for everybody: {PASSWORD}", *secrets, "", *lines])
