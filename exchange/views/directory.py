from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from schools.models import Alliance, School
from staff import rules as people
from staff.views.fetch import fetch_school

from ..forms.schools import LeaderFilter
from ..matching.directory import entries, in_miles, leaders_of_alliances
from .schools import ROWS


@require_safe
def directory(request, urn):
    school = fetch_school(request.user, urn)
    leaders = leaders_of_alliances(school).filter(is_own=False)
    filter = LeaderFilter(request.GET, queryset=leaders)
    page = Paginator(filter.qs, ROWS).get_page(request.GET.get("page"))
    context = {
        "school": school,
        "filter": filter,
        "page_obj": page,
        "entries": entries(page, school),
        "is_member": Alliance.objects.of_school(school).exists(),
        "may_ask": people.may(request.user, "ask", school),
    }
    return render(request, "exchange/school/directory.html", context)


@require_safe
def leader_page(request, urn, pk):
    school = fetch_school(request.user, urn)
    leader = get_object_or_404(leaders_of_alliances(school), pk=pk)
    homes = School.objects.filter(pk__in=leader.home_schools())
    context = {
        "school": school,
        "leader": leader,
        "homes": [{"school": home, "distance": in_miles(school.metres_to(home))} for home in homes],
        "may_ask": people.may(request.user, "ask", school) and not leader.is_own,
    }
    return render(request, "exchange/school/leader_page.html", context)
