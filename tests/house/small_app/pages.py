from icalendar import Event

from portal import timeline
from staff import calendar_file

from .models import Cake, CakeEvent

timeline.register(CakeEvent, {CakeEvent.Verb.BAKE: "{event.cake} taken out of the oven"})


def cakes_of(user):
    for cake in Cake.objects.filter(baker=user):
        entry = Event()
        entry.add("uid", f"cake-{cake.pk}")
        entry.add("dtstart", cake.on)
        entry.add("summary", f"Bake the {cake}")
        yield entry


calendar_file.entries.register("cakes", cakes_of)
