"""A school's own system leaders: what the head answers for."""

from django.contrib import messages
from django.db.models import Prefetch, Q, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.errors import Refused
from portal.once import submit_once
from schools import calendar
from schools.models import Alliance, current
from staff import actions as people_actions
from staff.models import Person, SystemLeader
from staff.views.fetch import fetch_school

from .. import rules
from ..forms.schools import NominateForm, SafeguardingForm
from ..matching.directory import days_left
from ..models import Commission, Visit


@require_safe
def our_leaders(request, urn):
    school = fetch_school(request.user, urn)
    year = calendar.year_of(calendar.today())
    running = Commission.objects.visible_to(request.user).running().filter(home_school=school)
    leaders = list(
        SystemLeader.objects.of_school(school)
        .select_related("person", "type")
        .annotate(days_left=days_left(year))
        .prefetch_related(
            "specialisms",
            Prefetch("commissions", running.select_related("support_request__school"), to_attr="running_here"),
        )
    )
    given = _given(school, leaders, year)
    may_answer = rules.can_answer_for_leaders(request.user, school)
    is_member = Alliance.objects.of_school(school).exists()
    context = {
        "school": school,
        "rows": [_row(leader, given.get(leader.pk, 0), may_answer) for leader in leaders],
        "year": calendar.label(year),
        "is_member": is_member,
        "may_nominate": may_answer and is_member,
    }
    return render(request, "exchange/school/our_leaders.html", context)


def _row(leader, given, may_answer):
    return {
        "leader": leader,
        "given": given,
        "is_overdue": leader.status == SystemLeader.Status.ACTIVE and not leader.is_fit,
        "may_confirm": may_answer and leader.status != SystemLeader.Status.ENDED,
    }


def _given(school, leaders, year):
    """{leader's pk: hundredths of a day} of the visits confirmed this year that the school gave."""
    confirmed = Visit.objects.filter(
        status=Visit.Status.CONFIRMED,
        leg__giving_school=school,
        leg__commission__leader__in=leaders,
        on__range=(calendar.first_day(year), calendar.last_day(year)),
    )
    return dict(confirmed.values_list("leg__commission__leader").annotate(Sum("days")).order_by())


@submit_once
def confirm_safeguarding(request, urn, pk):
    school = fetch_school(request.user, urn)
    leaders = SystemLeader.objects.of_school(school).exclude(status=SystemLeader.Status.ENDED)
    leader = get_object_or_404(leaders.select_related("person", "type"), pk=pk)
    rules.can_answer_for_leaders.check(request.user, school)
    form = SafeguardingForm(request.POST or None)
    if form.is_valid():
        people_actions.confirm_safeguarding(leader=leader, by=request.user, school=school, on=form.cleaned_data["on"])
        messages.success(request, f"The checks of {leader.person} are confirmed. Visits can be planned.")
        return redirect("exchange:our_leaders", urn)
    context = {"form": form, "school": school, "leader": leader}
    return render(request, "exchange/school/confirm_safeguarding.html", context)


@submit_once
def nominate(request, urn):
    school = fetch_school(request.user, urn)
    rules.can_answer_for_leaders.check(request.user, school)
    alliances = Alliance.objects.of_school(school)
    if not alliances:
        raise Refused(f"{school} is not a member of an alliance, so nobody could decide on a nomination.")
    form = NominateForm(request.POST or None, people=_may_be_nominated(school), alliances=alliances)
    if form.is_valid():
        leader = _nominate(form, school, request.user)
        messages.success(request, f"{leader.person} is nominated. The coordinator decides, and you are told by email.")
        return redirect("exchange:our_leaders", urn)
    return render(request, "exchange/school/nominate.html", {"form": form, "school": school})


def _may_be_nominated(school):
    """People who work at the school and are neither leaders nor nominated."""
    here = Person.objects.filter(current(calendar.today(), "posts__"), posts__school=school).distinct()
    return here.filter(Q(leader=None) | Q(leader__status=SystemLeader.Status.ENDED))


def _nominate(form, school, by):
    facts = {name: form.cleaned_data[name] for name in ("type", "specialisms", "phases", "about", "alliance")}
    person = form.cleaned_data["person"] or people_actions.add_person(by=by, school=school, **form.new_person)
    return people_actions.nominate(person=person, by=by, school=school, **facts)
