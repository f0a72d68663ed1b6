"""Two alliances with the same kinds of rows, so that whatever leaks is there to leak."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import timezone

from bank import posting
from exchange import actions
from exchange.models import Evaluation, SupportRequest, Tariff
from schools.models import Closure
from staff import invitations
from staff.models import Specialism
from tests import factories
from tests.exchange.conftest import a_logged_visit, a_request, an_agreement, make_cast

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


@pytest.fixture(scope="class")
def own(play):
    return play("own", make_own)


@pytest.fixture(scope="class")
def other(play, own):
    return play("other", make_other)


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


@pytest.fixture
def coordinator(client, own):
    client.force_login(own.coordinator)
    return client


@pytest.fixture
def superuser(client, own):
    user = factories.UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return client


def draft(cast):
    return SupportRequest.objects.create(
        alliance=cast.alliance,
        school=cast.asking,
        asked_by=cast.head,
        specialism=Specialism.objects.first(),
        created_at=timezone.now(),
    )
