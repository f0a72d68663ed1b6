"""Schools that come and go, and what is then in money."""

from datetime import date, timedelta

from django.utils import timezone

from bank.models import Account, Hold
from exchange import actions
from exchange.models import Commission, Tariff, Visit
from schools.models import Membership, Policy
from tests import factories
from tests.exchange.cases import a_logged_visit, an_agreement
from tests.exchange.work_cases import widen


def ago(days):
    return timezone.localdate() - timedelta(days=days)


def a_tariff(alliance, **terms):
    terms = {"day_rate": 35000, "brokerage_percent": 15, **terms}
    return Tariff.objects.create(alliance=alliance, **{"starts_on": factories.LONG_AGO, **terms})


def leave(school, last_day):
    """The school's membership ends with a day."""
    Membership.objects.filter(school=school).update(ends_on=last_day)


def be_outside(school):
    Membership.objects.filter(school=school).delete()


def join(cast, school, first_day):
    return Membership.objects.create(alliance=cast.alliance, school=school, starts_on=first_day)


def agreed_outside(cast, **terms):
    """Agreed work for a school outside, whose alliance has a tariff."""
    be_outside(cast.asking)
    a_tariff(cast.alliance, **terms)
    return widen(an_agreement(cast))


def visited(cast, commission, *, on, days, by=None):
    """A visit that was logged and confirmed."""
    visit = a_logged_visit(cast, commission, on=on, days=days)
    actions.confirmations.confirm(visit=visit, by=by or cast.head)
    return Visit.objects.get(pk=visit.pk)


def fresh(commission):
    return Commission.objects.get(pk=commission.pk)


def account_of(cast, school):
    return Account.objects.get(alliance=cast.alliance, school=school)


def held():
    """What is held altogether, by the rows and by the accounts alike."""
    by_rows = sum(Hold.objects.values_list("amount", flat=True))
    assert by_rows == sum(Account.objects.values_list("held", flat=True))
    return by_rows


CHANGE = date(2027, 3, 10)


def from_the_change(cast, **rules):
    old = cast.alliance.policies.get()
    fields = {field.name: getattr(old, field.name) for field in Policy._meta.concrete_fields if field.name != "id"}
    return Policy.objects.create(**{**fields, "starts_on": CHANGE, **rules})
