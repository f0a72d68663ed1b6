"""Where somebody lands, and the first screen of a school."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from schools.models import Alliance
from staff import rules as people

from .. import places, rules, todo
from ..bank import balances
from ..models import Account, SupportRequest
from ..outlook import way_out
from ..projection import projections
from .schools import fetch_school

RECENT = 5


@require_safe
def home(request):
    """To the only place somebody acts in, or a choice between several."""
    found = places.of(request.user)
    if len(found) == 1:
        return redirect(found[0].url)
    if found:
        people.remember(request.user)
    choices = [(place, len(place.things_to_do(request.user))) for place in found]
    return render(request, "exchange/home.html", {"places": choices})


@require_safe
def school(request, urn):
    user = request.user
    people.remember(user)
    school = fetch_school(user, urn)
    requests, is_own = listed_requests(user, school), people.belongs_to(user, school)
    context = {
        "school": school,
        "may_ask": people.may(user, "ask", school),
        "things_to_do": todo.for_school(user, school),
        "awaited": todo.awaited_by_school(school) if is_own else [],
        "requests": requests[:RECENT],
        "balances": _balances(user, school),
        "is_member": Alliance.objects.of_school(school).exists(),
        "is_overseen": not is_own,
        "has_charges": rules.finds_charges_of(user, school),
        "may_delegate": people.may_delegate(user, school),
    }
    return render(request, "exchange/school.html", context)


def listed_requests(user, school):
    """The school's requests that a user may see, without drafts thrown away."""
    deleted = {"status": SupportRequest.Status.WITHDRAWN, "submitted_at": None}
    requests = SupportRequest.objects.visible_to(user).filter(school=school).exclude(**deleted)
    return requests.select_related("specialism", "alliance")


def _balances(user, school):
    """The school's accounts, each with its figures and outlook; a coordinator's own alliances only."""
    accounts = Account.objects.filter(school=school).select_related("alliance", "school")
    if not people.belongs_to(user, school):
        accounts = [account for account in accounts if people.coordinates(user, account.alliance)]
    figures, projected = balances.of_all_time(accounts), projections(accounts)
    return [(account, figures[account.pk], way_out(projected[account.pk])) for account in accounts]
