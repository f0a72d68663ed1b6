from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from portal.errors import Refused
from portal.forms import ReasonForm
from portal.once import submit_once
from schools.models import current
from staff.models import Person, SystemLeader

from .. import actions, matching, rules
from ..accounting import quotes
from ..forms.offers import DeclineOfferForm, OfferForm, PeerForm
from ..pages.offers import limit_of, shortlist_url
from .fetch import commission_or_404, fetch


@submit_once
def decline_offer(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_decline.check(request.user, commission)
    form = DeclineOfferForm(request.POST or None)
    if form.is_valid():
        actions.offers.decline(
            commission=commission,
            by=request.user,
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
        )
        messages.success(request, "You have declined the offer. The coordinator has been told.")
        return redirect(commission)
    return render(
        request, "exchange/offers/decline_offer.html", {"form": form, "subject": commission, "commission": commission}
    )


def _check_free(subject):
    if matching.has_open_offer(subject):
        raise Refused(
            "An offer for this request is open already. It must be answered or taken back first.",
            shortlist_url(subject),
            "Back to the leaders",
        )


@submit_once
def offer(request, pk, leader_pk):
    subject = fetch(request, pk)
    rules.can_offer.check(request.user, subject)
    candidate = _candidate(subject, leader_pk)
    _check_free(subject)
    form = OfferForm(request.POST or None, subject=subject, candidate=candidate)
    if form.is_valid():
        commission = actions.offers.offer(
            support_request=subject, by=request.user, leader=candidate.leader, **_facts(form)
        )
        messages.success(request, f"The offer is sent to {candidate.leader.person} and both headteachers.")
        return redirect(commission)
    context = {"form": form, "subject": subject, "candidate": candidate, "quote": _quote(subject, candidate.leader)}
    return render(request, "exchange/offers/offer.html", context | limit_of(subject))


def _candidate(subject, leader_pk):
    leader = get_object_or_404(SystemLeader, pk=leader_pk)
    candidate = matching.shortlist(subject).of(leader)
    if subject.is_peer or candidate is None:
        raise Http404
    if candidate.obstacles:
        raise Refused(
            f"{leader} cannot be offered this work. {candidate.obstacles[0]}.",
            shortlist_url(subject),
            "Back to the leaders",
        )
    return candidate


def _facts(form):
    return {name: value for name, value in form.cleaned_data.items() if name != "key"}


def _quote(subject, leader):
    tariff, day_rate = quotes.tariff_for(subject.alliance, leader)
    return tariff and quotes.Quote.of(tariff, day_rate, subject.days_wanted)


@submit_once
def offer_peer(request, pk, urn):
    subject = fetch(request, pk)
    rules.can_offer.check(request.user, subject)
    partner = get_object_or_404(subject.alliance.members().exclude(pk=subject.school_id), pk=urn)
    if not subject.is_peer:
        raise Http404
    _check_free(subject)
    form = PeerForm(
        request.POST or None,
        subject=subject,
        partner=partner,
        partner_people=_people_at(partner),
        own_people=_people_at(subject.school),
    )
    if form.is_valid():
        commission = actions.offers.offer_peer(
            support_request=subject, by=request.user, partner=partner, **_facts(form)
        )
        messages.success(request, f"The offer is sent to the headteachers of {subject.school} and {partner}.")
        return redirect(commission)
    context = {
        "form": form,
        "subject": subject,
        "partner": partner,
        "partner_room": matching.room(subject.alliance, partner),
    }
    return render(request, "exchange/offers/offer_peer.html", context | limit_of(subject))


def _people_at(school):
    return Person.objects.filter(current(timezone.localdate(), "posts__"), posts__school=school).distinct()


@submit_once
def take_back(request, pk):
    commission = commission_or_404(request.user, pk)
    rules.can_take_back.check(request.user, commission)
    form = ReasonForm(request.POST or None, label="Why?", hint="The leader and both headteachers read this.")
    if form.is_valid():
        actions.offers.withdraw(commission=commission, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The offer is taken back. The request is looking for a leader again.")
        return redirect(commission.support_request)
    return render(
        request, "exchange/offers/take_back.html", {"form": form, "subject": commission, "commission": commission}
    )
