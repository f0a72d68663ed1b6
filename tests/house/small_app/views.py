from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal import status, timeline
from portal.once import submit_once
from staff import rules as people
from staff.views.fetch import fetch_school

from . import rules
from .models import Cake, CakeEvent


@require_safe
def cakes(request, urn):
    school = fetch_school(request.user, urn)
    history = [timeline.entry(event, request.user) for event in CakeEvent.objects.filter(cake__school=school)]
    return render(request, "small_app/cakes.html", {"school": school, "history": history})


@submit_once
def bake(request, pk):
    cake = get_object_or_404(Cake, pk=pk)
    rules.can_bake.check(request.user, cake)
    head = people.acting_for(request.user, "bake", cake.school)
    status.move(cake, Cake.Status.BAKED, by=request.user, acting_for=head, verb="bake")
    return redirect(cake)
