from portal import clock
from staff import mail

from .models import Cake


@clock.act
def remind_bakers(day):
    for cake in Cake.objects.filter(on=day.today, status=Cake.Status.PROMISED):
        facts = {"school": cake.school, "cake": cake}
        mail.remind("cake_today", cake, cake.on, [cake.baker], "cake_today", cake.get_absolute_url(), **facts)
