from staff.todo import at_school, item

from .models import Cake


@at_school("bake")
def cakes_to_bake(school, held):
    waiting = Cake.objects.filter(school=school, status=Cake.Status.PROMISED)
    return [item(f"Bake the {cake}", cake.get_absolute_url()) for cake in waiting]
