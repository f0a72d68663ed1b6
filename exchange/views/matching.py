"""Finding a leader or a partner school for a request, and making the offer."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from .. import matching, rules
from ..pages.offers import limit_of
from .fetch import fetch


@require_safe
def shortlist(request, pk):
    subject = fetch(request, pk)
    rules.can_offer.check(request.user, subject)
    context = {
        "subject": subject,
        "offers": _offers(subject),
        "is_blocked": matching.has_open_offer(subject),
        **limit_of(subject),
    }
    if subject.is_peer:
        return render(request, "exchange/offers/partners.html", {**context, "partners": matching.partners(subject)})
    return render(request, "exchange/offers/shortlist.html", {**context, "shortlist": matching.shortlist(subject)})


def _offers(subject):
    """What was offered so far, with the last word on each."""
    offers = list(subject.commissions.with_parts().prefetch_related("pauses").order_by("pk"))
    for commission in offers:
        commission.last_word = _last_word(commission)
    return offers


def _last_word(commission):
    pause = next((pause for pause in commission.pauses.all() if pause.ended_at is None), None)
    return pause.reason if pause else commission.why_ended
