"""What waits for a school, each for whoever holds the right to do it."""

from django.db.models import Q
from django.urls import reverse

from portal.words import days_long, pounds
from schools.clocks import Clocks
from staff.models import SystemLeader
from staff.todo import at_school, item

from ..models import Charge, Commission, Evaluation, SupportRequest, Variation, Visit

SIDES = Evaluation.Side


def _page(name, *args):
    return reverse(f"exchange:{name}", args=args)


def _requests(school, status):
    return SupportRequest.objects.filter(school=school, status=status).select_related("specialism", "alliance")


def _commissions(**facts):
    return Commission.objects.filter(**facts).with_parts()


@at_school("ask")
def questions(school, held):
    return [
        item(
            f"Answer a question about {support_request.reference}",
            _page("answer", support_request.pk),
            hint=support_request.title,
        )
        for support_request in _requests(school, SupportRequest.Status.CLARIFICATION)
    ]


@at_school("ask")
def findings(school, held):
    diagnostics = _commissions(
        support_request__school=school,
        support_request__status=SupportRequest.Status.MATCHED,
        is_diagnostic=True,
        no_further_support=False,
        status__in=[Commission.Status.DELIVERED, Commission.Status.CLOSED],
    ).exclude(findings="")
    diagnostics = diagnostics.exclude(support_request__commissions__parent__isnull=False)
    return [
        item(
            f"Decide what follows from the findings of {commission.reference}",
            _page("request", commission.support_request_id),
            hint=f"{commission.support_request.title}, {commission.who}",
        )
        for commission in diagnostics
    ]


@at_school("ask")
def drafts(school, held):
    return [
        item(
            f"Finish and send {support_request.reference}",
            _page("check_request", support_request.pk),
            hint=support_request.title if support_request.specialism_id else "Support not described yet",
            tag="Draft",
            tag_status="draft",
        )
        for support_request in _requests(school, SupportRequest.Status.DRAFT)
    ]


@at_school("agree")
def offers_to_agree(school, held):
    return [
        item(
            f"Agree to support from {commission.who}",
            _page("agree", commission.pk),
            hint=f"{commission.support_request.title}, {days_long(commission.days)}, {commission.home_school}",
            due=commission.lapses_on,
        )
        for commission in _commissions(
            support_request__school=school, status=Commission.Status.OFFERED, receiving_yes_at=None
        )
    ]


@at_school("agree")
def charges_to_pay(school, held):
    due = Charge.objects.filter(school=school, status=Charge.Status.DUE, total__gt=0)
    return [
        item(f"Pay {charge.reference}: {pounds(charge.total)}", _page("charge", charge.pk), hint=charge.alliance.name)
        for charge in due.select_related("alliance").order_by("pk")
    ]


@at_school("release")
def offers_to_release(school, held):
    return [
        item(
            f"Release {commission.who} for {commission.support_request.school}",
            _page("release", commission.pk),
            hint=f"{commission.support_request.title}, {days_long(commission.days)}",
            due=commission.lapses_on,
        )
        for commission in _commissions(home_school=school, status=Commission.Status.OFFERED, home_yes_at=None)
    ]


@at_school("confirm")
def visits_to_confirm(school, held):
    visits = Visit.objects.filter(leg__receiving_school=school, status=Visit.Status.LOGGED)
    return [
        item(
            f"Confirm the visit of {visit.on:%-d %B}",
            _page("confirm_visit", visit.pk),
            hint=f"{visit.leg.person}, {days_long(visit.days)}",
            due=visit.confirm_by,
        )
        for visit in visits.select_related("leg__person")
    ]


@at_school("evaluate")
def work_to_evaluate(school, held):
    received = Q(support_request__school=school) & ~Q(evaluations__side=SIDES.RECEIVING)
    given = Q(home_school=school, leader=None) & ~Q(evaluations__side=SIDES.GIVING)
    clocks = Clocks()
    return [
        item(
            f"Evaluate the work of {commission.who}",
            _page("evaluate", commission.pk),
            hint=f"{commission.support_request.title}, {commission.reference}",
            due=_evaluation_due(commission, clocks),
        )
        for commission in _commissions(status=Commission.Status.DELIVERED).filter(received | given).distinct()
    ]


def _evaluation_due(commission, clocks):
    clock = clocks.of(commission.support_request.alliance)
    return clock.after(commission.delivered_at, clock.policy.evaluation_days)


@at_school("release", "agree")
def variations(school, held):
    waiting = Q(pk__in=[])
    if "release" in held:
        waiting |= Q(leg__giving_school=school, home_yes_at=None)
    if "agree" in held:
        waiting |= Q(leg__receiving_school=school, receiving_yes_at=None)
    found = Variation.objects.filter(waiting, status=Variation.Status.PROPOSED)
    return [
        item(
            f"Answer a change to {variation.leg.commission.reference}",
            _page("answer_variation", variation.pk),
            hint=f"{days_long(variation.days)}, {variation.starts_on:%-d %B %Y} to {variation.ends_on:%-d %B %Y}",
        )
        for variation in found.select_related("leg__commission")
    ]


@at_school("release")
def safeguarding(school, held):
    leaders = SystemLeader.objects.of_school(school).awaiting_checks()
    return [
        item(
            f"Renew the safeguarding confirmation of {leader.person}"
            if leader.checks_are_old
            else f"Confirm the safeguarding checks of {leader.person}",
            _page("confirm_safeguarding", school.pk, leader.pk),
            hint=leader.type.name,
        )
        for leader in leaders.select_related("person", "type")
    ]


# What the school waits for ---------------------------------------------------------------------
