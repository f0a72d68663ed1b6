"""Whoever signs in already got their address from a coordinator: it counts as confirmed.

From here on nobody signs in whose address is not.
"""

from django.db import migrations


def confirm(apps, schema_editor):
    User, EmailAddress = apps.get_model("staff", "User"), apps.get_model("account", "EmailAddress")
    own = {address.user_id: address for address in EmailAddress.objects.filter(primary=True)}
    missing = []
    for user in User.objects.all():
        address = own.get(user.pk)
        if address is None:
            taken = EmailAddress.objects.filter(user=user, email=user.email)
            if not taken.update(verified=True, primary=True):
                missing.append(EmailAddress(user=user, email=user.email, verified=True, primary=True))
        elif address.email == user.email and not address.verified:
            EmailAddress.objects.filter(pk=address.pk).update(verified=True)
    EmailAddress.objects.bulk_create(missing)


class Migration(migrations.Migration):

    dependencies = [
        ("staff", "0002_invitations"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(confirm, migrations.RunPython.noop)]
