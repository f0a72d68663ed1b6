from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from .. import actions, rules
from ..forms.work import AcceptForm
from ..models import Commission
from ..once import once


def leader(request):
    return HttpResponse("")


def commission(request, pk):
    return HttpResponse("")


@once
def accept(request, pk):
    commission = get_object_or_404(Commission.objects.visible_to(request.user).with_parts(), pk=pk)
    rules.can_accept.check(request.user, commission)
    form = AcceptForm(request.POST or None)
    if form.is_valid():
        actions.accept(commission=commission, by=request.user)
        messages.success(request, "You have accepted. The visits can be planned when both heads have said yes.")
        return redirect(commission)
    return render(request, "exchange/accept.html", {"form": form, "thing": commission, "commission": commission})
