"""Two alliances with the same kinds of rows, so that whatever leaks is there to leak."""

import uuid
from datetime import date
from types import SimpleNamespace

from django.urls import reverse
from django.utils import timezone

from bank import posting
from bank.models import Account, Transfer
from exchange import actions
from exchange.models import Evaluation, SupportRequest, Tariff
from schools.models import Closure
from staff import invitations
from staff.models import Specialism
from tests import factories
from tests.exchange.cases import a_logged_visit, a_request, an_agreement, make_cast

SECRET = "Zebedee"  # in every name of the other alliance, and in nothing else


def make_own():
    cast = make_cast()
    cast.visit = worked(cast)
    return cast


def make_other():
    """The other alliance: as much of everything, and SECRET in every name."""
    alliance = factories.AllianceFactory(name=f"{SECRET} Alliance", slug="zebedee", lead_school__name=f"{SECRET} Lead")
    asking, giving = (factories.member(alliance, name=f"{SECRET} {name}") for name in ("Primary", "Academy"))
    head, home_head = factories.head_of(asking), factories.head_of(giving)
    leader = factories.leader_at(giving)
    coordinator = factories.coordinator_of(alliance)
    for user in (head, home_head, leader.person.user, coordinator):
        user.email = f"{SECRET.lower()}{user.pk}@example.org"
        user.person.name = f"{SECRET} {user.pk}"
        user.person.save()
        user.save()
        user.emailaddress_set.update(email=user.email)
    cast = SimpleNamespace(
        alliance=alliance,
        asking=asking,
        giving=giving,
        leader=leader,
        lead=leader.person.user,
        head=head,
        home_head=home_head,
        coordinator=coordinator,
    )
    cast.visit = worked(cast)
    return cast


def worked(cast):
    """A confirmed visit, an evaluation with a concern, a request, a closure and a lowered floor."""
    a_request(cast, status="submitted", supported_person="Pat Confidential")
    commission = an_agreement(cast)
    visit = a_logged_visit(cast, commission)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    evaluation = Evaluation.objects.create(
        commission=commission, side="receiving", evidence="Seen", rating=1, flagged=True, by=cast.head
    )
    commission.concerns.create(evaluation=evaluation)
    Tariff.objects.create(alliance=cast.alliance, starts_on=date(2019, 9, 1), day_rate=35000)
    Closure.objects.create(
        alliance=cast.alliance, name=f"{cast.alliance} closure", starts_on=date(2026, 12, 21), ends_on=date(2027, 1, 3)
    )
    for name, place in (("deputy", {"school": cast.asking}), ("steering", {"alliance": cast.alliance})):
        facts = {"title": name} if "school" in place else {"kind": name}
        invitations.invite(by=cast.coordinator, email=f"{name}.{cast.alliance.slug}@example.org", **facts, **place)
    posting.move_floor(
        posting.school_account(cast.alliance, cast.asking),
        -2000,
        by=f"user:{cast.coordinator.pk}",
        reason="Urgent help",
    )
    return visit


def draft(cast):
    return SupportRequest.objects.create(
        alliance=cast.alliance,
        school=cast.asking,
        asked_by=cast.head,
        specialism=Specialism.objects.first(),
        created_at=timezone.now(),
    )


def account_of(own, school):
    return Account.objects.get(alliance=own.alliance, school=school)


def adjust(client, account, **data):
    fund = posting.fund_account(account.alliance)
    facts = {
        "key": uuid.uuid4(), "other": fund.pk, "direction": "take", "days": "1.5", "reason": "Opening balance",
        "occurred_on": timezone.localdate().isoformat(),
    }  # fmt: skip
    return client.post(reverse("admin:bank_account_adjust", args=[account.pk]), {**facts, **data})


def adjustments():
    return Transfer.objects.filter(kind="adjustment")


def inline(prefix, *forms, initial=0):
    data = {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": initial}
    for n, form in enumerate(forms):
        data |= {f"{prefix}-{n}-{name}": value for name, value in form.items()}
    return data


def role(kind, **place):
    return {"kind": kind, "starts_on": "2026-09-01", **{name: row.pk for name, row in place.items()}}


def change_user(client, user, *roles, **data):
    return client.post(
        reverse("admin:staff_user_change", args=[user.pk]),
        {"email": user.email, "is_active": "on", **data, **inline("roles", *roles), **inline("roles-2")},
    )
