"""Where somebody lands after signing in."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from .. import rules, workplaces


@require_safe
def home(request):
    """To the only place somebody acts in, or a choice between several."""
    found = workplaces.workplaces_of(request.user)
    if len(found) == 1:
        return redirect(found[0].url)
    if found:
        rules.remember(request.user)
    choices = [(place, len(place.things_to_do(request.user))) for place in found]
    return render(request, "staff/home.html", {"workplaces": choices})
