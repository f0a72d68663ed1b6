from django.core.checks import Error, Tags, register

from portal import schema

from .models import Role
from .rights import delegable


@register(Tags.database)
def delegated_rights(app_configs, databases, **kwargs):
    """Every right that a role hands over is one that an app registers."""
    if not databases or not schema.is_migrated():
        return []
    roles = Role.objects.exclude(rights="").order_by("pk").values_list("pk", "rights")
    return [
        Error(f"Role {pk} hands over “{name}”, a right that no app registers.", id="staff.E001")
        for pk, rights in roles.iterator()
        for name in rights
        if name not in delegable
    ]
