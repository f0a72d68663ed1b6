from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bank import balances
from bank.models import Account
from portal.once import submit_once
from schools.models import Alliance
from staff import rules as people
from staff import todo
from staff.views.fetch import fetch_school

from .. import rules
from ..accounting.projection import projections
from ..forms.schools import CommissionFilter, SchoolDetailsForm
from ..matching.outlook import way_out
from ..models import Commission, SupportRequest

ROWS = 25
BEGUN = (Commission.Status.ACTIVE, Commission.Status.DELIVERED, Commission.Status.CLOSED, Commission.Status.STOPPED)


@require_safe
def school_details(request, urn):
    school = fetch_school(request.user, urn)
    context = {
        "school": school,
        "register": _register_facts(school),
        "may_edit": rules.can_edit_school(request.user, school),
    }
    return render(request, "exchange/school/school_details.html", context)


def _register_facts(school):
    address = filter(None, [school.street, school.locality, school.town, school.county, school.postcode])
    ages = "" if school.low_age is None else f"{school.low_age} to {school.high_age}"
    facts = {
        "URN": str(school.urn),
        "Status": school.get_status_display(),
        "Phase": school.phase,
        "Type": school.establishment_type,
        "Local authority": school.la_name,
        "Trust": school.trust,
        "Federation": school.federation,
        "Religious character": school.religious_character,
        "Ages": ages,
        "Pupils": "" if school.pupils is None else f"{school.pupils:,}",
        "Address": "\n".join(address),
        "Website": school.website,
    }
    return [{"key": key, "value": value} for key, value in facts.items() if value]


@submit_once
def edit_school(request, urn):
    school = fetch_school(request.user, urn)
    rules.can_edit_school.check(request.user, school)
    own = {"telephone": school.telephone, "arrival": school.arrival}
    form = SchoolDetailsForm(request.POST or None, initial=own)
    if form.is_valid():
        school.telephone, school.arrival = form.cleaned_data["telephone"], form.cleaned_data["arrival"]
        school.save(update_fields=["telephone", "arrival"])
        messages.success(request, "The details are saved.")
        return redirect("exchange:school_details", urn)
    return render(request, "exchange/school/edit_school.html", {"form": form, "school": school})


@require_safe
def school_commissions(request, urn):
    school = fetch_school(request.user, urn)
    commissions = (
        Commission.objects.visible_to(request.user)
        .filter(Q(support_request__school=school) | Q(home_school=school))
        .with_parts()
        .prefetch_related("legs__person")
    )
    filter = CommissionFilter(request.GET, queryset=commissions, school=school)
    page = Paginator(filter.qs, ROWS).get_page(request.GET.get("page"))
    context = {
        "school": school,
        "filter": filter,
        "page_obj": page,
        "rows": [_row(commission, school) for commission in page],
    }
    return render(request, "exchange/school/school_commissions.html", context)


def _row(commission, school):
    """A commission as the school sees it: who is at the other end, and which way the days go or went."""
    receives = commission.support_request.school_id == school.pk
    return {
        "commission": commission,
        "partner": commission.home_school if receives else commission.support_request.school,
        "direction": _direction(commission, receives),
    }


def _direction(commission, receives):
    """Nothing was received or given yet of work that is only offered or agreed."""
    if commission.is_peer:
        return "Both ways with"
    if commission.status in BEGUN:
        return "Received from" if receives else "Given to"
    return "From" if receives else "To"


RECENT = 5


@require_safe
def school(request, urn):
    user = request.user
    people.remember(user)
    school = fetch_school(user, urn)
    requests, is_own = listed_requests(user, school), people.belongs_to(user, school)
    context = {
        "school": school,
        "may_ask": rules.can_start_request(user, school),
        "things_to_do": todo.for_school(user, school),
        "awaited": todo.awaited_by_school(school) if is_own else [],
        "requests": requests[:RECENT],
        "balances": _balances(user, school),
        "is_member": Alliance.objects.of_school(school).exists(),
        "is_overseen": not is_own,
        "has_charges": rules.finds_charges_of(user, school),
        "may_delegate": people.may_delegate(user, school),
    }
    return render(request, "exchange/school/school.html", context)


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
