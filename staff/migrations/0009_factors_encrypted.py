"""Keys of authenticator apps and seeds of recovery codes from before they were encrypted are encrypted now.

Those that are encrypted already stay as they are.
"""

from django.db import migrations

from staff.second_factors import encrypted


def encrypt(apps, schema_editor):
    Authenticator = apps.get_model("mfa", "Authenticator")
    for factor in Authenticator.objects.filter(type__in=("totp", "recovery_codes")):
        data = encrypted(factor.data)
        if data != factor.data:
            Authenticator.objects.filter(pk=factor.pk).update(data=data)


class Migration(migrations.Migration):

    dependencies = [
        ("staff", "0008_plain_orders"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(encrypt, migrations.RunPython.noop)]
