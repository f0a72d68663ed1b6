"""The figures of every account, of all time and by year, from its transfers: the database keeps them from here on."""

from collections import defaultdict

from django.db import migrations

FIGURES = ("given", "received", "levy", "other")


def work_out(apps, schema_editor):
    Account, Balance, Transfer = (apps.get_model("exchange", name) for name in ("Account", "Balance", "Transfer"))
    years = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
    rows = Transfer.objects.select_related("reverses").order_by("pk")
    for row in rows.iterator(chunk_size=2000):
        kind = row.reverses.kind if row.reverses_id else row.kind
        year = row.occurred_on.year - (row.occurred_on.month < 9)
        for account, amount in ((row.debit_id, -row.amount), (row.credit_id, row.amount)):
            if kind == "visit" and (amount > 0) != bool(row.reverses_id):
                years[account, year]["given"] += amount
            elif kind == "visit":
                years[account, year]["received"] -= amount
            elif kind == "levy":
                years[account, year]["levy"] -= amount
            else:
                years[account, year]["other"] += amount
    Balance.objects.all().delete()
    Balance.objects.bulk_create(
        [Balance(account_id=account, year=year, **found) for (account, year), found in years.items()], batch_size=1000
    )
    totals = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
    for (account, _), found in years.items():
        for name in FIGURES:
            totals[account][name] += found[name]
    for account, found in totals.items():
        Account.objects.filter(pk=account).update(**found)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_the_whole_bank")]

    operations = [migrations.RunPython(work_out, migrations.RunPython.noop)]
