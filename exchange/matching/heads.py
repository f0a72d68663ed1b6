from staff.models import Role


def schools_with_the_same_head(school):
    """Ids of the schools that one of the school's heads heads too: no offer can be made between them."""
    heads = Role.objects.running().filter(kind=Role.Kind.HEADTEACHER, user__is_active=True)
    users = heads.filter(school=school).values("user")
    return set(heads.filter(user__in=users).exclude(school=school).values_list("school", flat=True))
