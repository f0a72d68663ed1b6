from portal import status

from .models import Cake, CakeEvent


def record(cake, verb, **facts):
    return CakeEvent.objects.create(cake=cake, verb=CakeEvent.Verb(verb), **facts)


status.register(Cake, {Cake.Status.PROMISED: [Cake.Status.BAKED], Cake.Status.BAKED: []}, record)
