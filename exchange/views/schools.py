from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from schools.models import School
from staff import rules as people

from .. import rules
from ..forms.schools import CommissionFilter, SchoolDetailsForm
from ..models import Commission
from ..once import once

ROWS = 25
S = Commission.Status
BEGUN = (S.ACTIVE, S.DELIVERED, S.CLOSED, S.STOPPED)


def fetch_school(user, urn):
    """The school, for those who may see its pages; 404 for everybody else."""
    school = get_object_or_404(School, pk=urn)
    if not people.sees_school(user, school):
        raise Http404
    return school


@require_safe
def school_details(request, urn):
    school = fetch_school(request.user, urn)
    context = {
        "school": school,
        "register": _register_facts(school),
        "may_edit": rules.can_edit_school(request.user, school),
    }
    return render(request, "exchange/school_details.html", context)


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


@once
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
    return render(request, "exchange/edit_school.html", {"form": form, "school": school})


@require_safe
def school_commissions(request, urn):
    school = fetch_school(request.user, urn)
    commissions = (
        Commission.objects.visible_to(request.user)
        .filter(Q(request__school=school) | Q(home_school=school))
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
    return render(request, "exchange/school_commissions.html", context)


def _row(commission, school):
    """A commission as the school sees it: who is at the other end, and which way the days go or went."""
    receives = commission.request.school_id == school.pk
    return {
        "commission": commission,
        "partner": commission.home_school if receives else commission.request.school,
        "direction": _direction(commission, receives),
    }


def _direction(commission, receives):
    """Nothing was received or given yet of work that is only offered or agreed."""
    if commission.is_peer:
        return "Both ways with"
    if commission.status in BEGUN:
        return "Received from" if receives else "Given to"
    return "From" if receives else "To"
