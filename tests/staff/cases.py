"""Signing in by the form, the second step, and a nomination."""

import time

from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from staff.models import LeaderType, Specialism

PASSWORD = "a long fictional password"


ADDRESS = "head@example.org"


def sign_in(client, email=ADDRESS, password=PASSWORD, **headers):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **headers)


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret=SECRET):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def nomination(**data):
    return {
        "type": LeaderType.objects.get(code="SLE").pk,
        "specialisms": [Specialism.objects.get(name="Phonics").pk],
        "phases": ["Primary"],
        "about": "Early reading",
        **data,
    }
