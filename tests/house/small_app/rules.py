from portal.rights import in_status, right
from staff import rules as people
from staff.rights import delegable

from .models import Cake

delegable.register("bake", "Bake cakes")


@right(in_status(Cake.Status.PROMISED), "This cake has been baked.")
def can_bake(user, cake):
    return people.may(user, "bake", cake.school)
