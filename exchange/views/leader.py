from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.once import submit_once
from schools import calendar
from staff import todo
from staff.models import SystemLeader

from ..accounting import capacity
from ..forms.leader import LeaderCommissionFilter, ProfileForm
from ..models import Commission, Leg, Visit
from ..todo.leader import figures, next_visits

A_PAGE = 20


@require_safe
def leader(request):
    leader = _leader(request)
    year = calendar.year_of(timezone.localdate())
    context = {
        "leader": leader,
        "todo": todo.for_leader(leader),
        "next_visits": next_visits(leader),
        "figures": figures(leader, capacity.days_left(leader, year), year),
        "commissions": _commissions(leader).filter(status__in=Commission.Status.running())[:5],
    }
    return render(request, "exchange/leader/leader.html", context)


@require_safe
def leader_commissions(request):
    leader = _leader(request)
    filter_ = LeaderCommissionFilter(request.GET, _commissions(leader))
    page = Paginator(filter_.qs, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "exchange/leader/leader_commissions.html", {"leader": leader, "filter": filter_, "page": page}
    )


@submit_once
def leader_profile(request):
    leader = _leader(request)
    initial = {
        "about": leader.about,
        "availability": leader.availability,
        "is_available": leader.is_available,
        "phases": list(leader.phases.values_list("phase", flat=True)),
    }
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        leader.keep_profile(**{name: form.cleaned_data[name] for name in initial})
        messages.success(request, "Your profile is saved.")
        return redirect("exchange:leader")
    context = {"form": form, "leader": leader, "specialisms": leader.specialisms.all()}
    return render(request, "exchange/leader/leader_profile.html", context)


def _leader(request):
    leaders = SystemLeader.objects.select_related("person", "type")
    return get_object_or_404(leaders, person=request.user.person_id)


def _commissions(leader):
    """The leader's own work, peer to peer too, with the confirmed days of each (hundredths of a day)."""
    own = Leg.objects.filter(person=leader.person_id).values("commission")
    confirmed = Sum(
        "legs__visits__days",
        filter=Q(legs__visits__status=Visit.Status.CONFIRMED, legs__person=leader.person_id),
    )
    rows = Commission.objects.filter(pk__in=own).with_parts().annotate(confirmed=Coalesce(confirmed, 0))
    return rows.order_by("-pk")  # a sum drops the order of the model
