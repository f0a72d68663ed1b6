"""Finding a leader or a partner school for a request, and making the offer."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from schools.models import current
from staff.models import Person, SystemLeader

from .. import actions, matching, quotes, rules
from ..errors import Refused
from ..forms.base import ReasonForm
from ..forms.coordination import OfferForm, PeerForm
from ..models import Commission, SupportRequest
from ..once import once
from .fetch import commission_or_404
from .triage import fetch


@require_safe
def shortlist(request, pk):
    thing = fetch(request, pk)
    rules.can_offer.check(request.user, thing)
    context = {
        "thing": thing,
        "offers": _offers(thing),
        "is_blocked": _has_open_offer(thing),
        **_limit(thing),
    }
    if _is_peer(thing):
        return render(request, "exchange/partners.html", {**context, "partners": matching.partners(thing)})
    return render(request, "exchange/shortlist.html", {**context, "shortlist": matching.shortlist(thing)})


def _is_peer(thing):
    return thing.kind == SupportRequest.Kind.PEER


def _offers(thing):
    """What was offered so far, with the last word on each."""
    offers = list(thing.commissions.with_parts().prefetch_related("events").order_by("pk"))
    for commission in offers:
        last = next((event for event in commission.events.all() if event.new == commission.status), None)
        commission.last_word = last.reason if last else ""
    return offers


def _has_open_offer(thing):
    return not thing.may_split and thing.commissions.filter(status=Commission.Status.OFFERED).exists()


def _check_free(thing):
    if _has_open_offer(thing):
        raise Refused(
            "An offer for this request is open already. It must be answered or taken back first.",
            _shortlist_url(thing),
            "Back to the leaders",
        )


@once
def offer(request, pk, leader_pk):
    thing = fetch(request, pk)
    rules.can_offer.check(request.user, thing)
    candidate = _candidate(thing, leader_pk)
    _check_free(thing)
    form = OfferForm(request.POST or None, thing=thing, candidate=candidate)
    if form.is_valid():
        commission = actions.offer(request=thing, by=request.user, leader=candidate.leader, **_facts(form))
        messages.success(request, f"The offer is sent to {candidate.leader.person} and both headteachers.")
        return redirect(commission)
    context = {"form": form, "thing": thing, "candidate": candidate, "quote": _quote(thing, candidate.leader)}
    return render(request, "exchange/offer.html", context | _limit(thing))


def _candidate(thing, leader_pk):
    leader = get_object_or_404(SystemLeader, pk=leader_pk)
    candidate = matching.shortlist(thing).of(leader)
    if _is_peer(thing) or candidate is None:
        raise Http404
    if candidate.obstacles:
        raise Refused(
            f"{leader} cannot be offered this work. {candidate.obstacles[0]}.",
            _shortlist_url(thing),
            "Back to the leaders",
        )
    return candidate


def _facts(form):
    return {name: value for name, value in form.cleaned_data.items() if name != "key"}


def _limit(thing):
    room = matching.room(thing.alliance, thing.school)
    return {
        "room": room,
        "is_outside": room is None,
        "is_over_limit": room is not None and room < thing.days_wanted,
        "back_url": _shortlist_url(thing),
    }


def _quote(thing, leader):
    tariff, day_rate = quotes.tariff_for(thing.alliance, leader)
    return tariff and quotes.Quote.of(tariff, day_rate, thing.days_wanted)


def _shortlist_url(thing):
    return reverse("exchange:shortlist", args=[thing.pk])


@once
def offer_peer(request, pk, urn):
    thing = fetch(request, pk)
    rules.can_offer.check(request.user, thing)
    partner = get_object_or_404(thing.alliance.members().exclude(pk=thing.school_id), pk=urn)
    if not _is_peer(thing):
        raise Http404
    _check_free(thing)
    form = PeerForm(
        request.POST or None,
        thing=thing,
        partner=partner,
        partner_people=_people_at(partner),
        own_people=_people_at(thing.school),
    )
    if form.is_valid():
        commission = actions.offer_peer(request=thing, by=request.user, partner=partner, **_facts(form))
        messages.success(request, f"The offer is sent to the headteachers of {thing.school} and {partner}.")
        return redirect(commission)
    context = {"form": form, "thing": thing, "partner": partner, "partner_room": matching.room(thing.alliance, partner)}
    return render(request, "exchange/offer_peer.html", context | _limit(thing))


def _people_at(school):
    return Person.objects.filter(current(timezone.localdate(), "posts__"), posts__school=school).distinct()


@once
def take_back(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_take_back.check(request.user, commission)
    form = ReasonForm(request.POST or None, label="Why?", hint="The leader and both headteachers read this.")
    if form.is_valid():
        actions.take_back(commission=commission, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The offer is taken back. The request is looking for a leader again.")
        return redirect(commission.request)
    return render(request, "exchange/take_back.html", {"form": form, "thing": commission, "commission": commission})
