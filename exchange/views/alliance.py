"""A coordinator's pages of one alliance: the home and the lists. For everybody else they do not exist."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bank.models import Account
from portal.words import days as shown
from staff import rules as people
from staff import todo

from ..accounting.projection import projections
from ..forms.filters import CommissionFilter, RequestFilter
from ..matching.outlook import in_short
from ..models import Commission, Concern
from ..todo import queues

ROWS = 25
SHOWN = 10  # of each list on the home; the rest is on the list's own page


def coordinated(request, slug):
    return get_object_or_404(people.alliances_coordinated_by(request.user), slug=slug)


@require_safe
def alliance(request, slug):
    alliance = coordinated(request, slug)
    stages = queues.by_stage(alliance)
    new = queues.new_requests(alliance).select_related("school", "specialism")
    unmatched = queues.unmatched(alliance).select_related("school", "specialism", "assigned_to__person")
    outside = list(queues.out_of_band(alliance))
    context = {
        "alliance": alliance,
        "tasks": [_task(item) for item in todo.for_coordinator(alliance)],
        "new": new[:SHOWN],
        "unmatched": unmatched[:SHOWN],
        "unmatched_more": max(unmatched.count() - SHOWN, 0),
        "outside": outside,
        "projected": in_short(projections(outside).values()),
        "policy": alliance.policy(),
        "stages": stages,
        "figures": _figures(alliance, new.count(), stages),
    }
    return render(request, "exchange/alliance/alliance.html", context)


def _task(item):
    waited = (timezone.localdate() - item.since).days
    return {
        "title": item.title,
        "hint": item.hint,
        "url": item.url,
        "tag": f"Urgent, {_waited(waited)}" if item.is_urgent else _waited(waited).capitalize(),
        "tag_status": "overdue" if item.is_urgent else "due",
    }


def _waited(days):
    return f"for {days}\N{NO-BREAK SPACE}{'day' if days == 1 else 'days'}" if days else "today"


def _figures(alliance, new, stages):
    counts = {status: count for status, _, count in stages}
    fund = Account.objects.filter(alliance=alliance, kind=Account.Kind.FUND).values_list("posted", flat=True).first()
    return [
        {"label": "New requests", "value": new},
        {"label": "Offers open", "value": counts[Commission.Status.OFFERED]},
        {"label": "Work running", "value": sum(counts[status] for status in Commission.Status.running())},
        {"label": "Common fund, days", "value": shown(fund or 0)},
    ]


@require_safe
def alliance_requests(request, slug):
    alliance = coordinated(request, slug)
    rows = alliance.requests.exclude(submitted_at=None).annotate(is_urgent=queues.URGENT)
    rows = rows.select_related("school", "specialism", "assigned_to__person")
    found = RequestFilter(request.GET, rows.order_by("-submitted_at", "-pk"), request=request, alliance=alliance)
    return _listed(request, "exchange/alliance/alliance_requests.html", alliance, found)


@require_safe
def alliance_commissions(request, slug):
    alliance = coordinated(request, slug)
    rows = Commission.objects.of_alliance(alliance).with_parts()
    found = CommissionFilter(request.GET, rows, request=request, alliance=alliance)
    return _listed(request, "exchange/alliance/alliance_commissions.html", alliance, found)


def _listed(request, template, alliance, found):
    page = Paginator(found.qs, ROWS).get_page(request.GET.get("page"))
    return render(request, template, {"alliance": alliance, "filter": found, "page_obj": page})


@require_safe
def concerns(request, slug):
    alliance = coordinated(request, slug)
    rows = Concern.objects.filter(commission__support_request__alliance=alliance).select_related(
        "commission__support_request__school",
        "commission__leader__person",
        "commission__leader__type",
        "evaluation__by__person",
        "resolved_by__person",
    )
    resolved = rows.exclude(resolved_at=None).order_by("-resolved_at", "-pk")
    context = {
        "alliance": alliance,
        "open": rows.filter(resolved_at=None).prefetch_related("commission__legs__person").order_by("opened_at", "pk"),
        "page_obj": Paginator(resolved.prefetch_related("commission__legs__person"), ROWS).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "exchange/evaluations/concerns.html", context)
