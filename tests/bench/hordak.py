"""How many transfers a second django-hordak writes: python -m tests.bench.hordak SECONDS, prints JSON.

A process of its own, with settings of its own. It uses DATABASE_URL, where nothing but hordak's tables may be.
"""

import json
import os
import random
import sys
import time
from datetime import date

import environ

ACCOUNTS = 100


def main(seconds):
    from django.conf import settings

    database = environ.Env.db_url_config(os.environ["DATABASE_URL"])
    settings.configure(
        SECRET_KEY="only for this measurement",
        DATABASES={"default": database},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "mptt", "hordak"],
        HORDAK_CURRENCIES=["GBP"],
        DEFAULT_CURRENCY="GBP",
        USE_TZ=True,
    )

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)

    from hordak.models import Account
    from moneyed import Money

    if not Account.objects.exists():
        for number in range(ACCOUNTS):
            Account.objects.create(name=f"Account {number}", code=f"{number:03}", type="AS", currencies=["GBP"])
    accounts = list(Account.objects.all())
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        debit, credit = random.sample(accounts, 2)
        debit.transfer_to(credit, Money("1.00", "GBP"), date=date(2026, 9, 1), description="A visit")
        done += 1
    print(json.dumps({"a second": done / (seconds + time.perf_counter() - end)}))


if __name__ == "__main__":
    main(float(sys.argv[1]))
