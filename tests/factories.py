"""Small factories. Every school and person is fictional."""

from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from schools import calendar
from schools.models import Alliance, Membership, Policy, School
from staff.models import LeaderType, Person, Post, Role, Specialism, SystemLeader, User
from staff.models.people import confirm_address

LONG_AGO = date(2020, 9, 1)


class SchoolFactory(DjangoModelFactory):
    class Meta:
        model = School

    urn = factory.Sequence(lambda n: 900001 + n)
    name = factory.Sequence(lambda n: f"Fictional School {n}")
    phase = "Primary"
    establishment_type = "Community school"
    la_name = "Netherby"
    easting = factory.Sequence(lambda n: 400000 + 1000 * n)
    northing = 300000


class AllianceFactory(DjangoModelFactory):
    class Meta:
        model = Alliance
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Fictional Alliance {n}")
    slug = factory.Sequence(lambda n: f"fictional-{n}")
    lead_school = factory.SubFactory(SchoolFactory)

    @factory.post_generation
    def policy_version(alliance, create, extracted, **kwargs):
        Policy.objects.create(alliance=alliance, starts_on=LONG_AGO, **kwargs)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    alliance = factory.SubFactory(AllianceFactory)
    school = factory.SubFactory(SchoolFactory)
    starts_on = LONG_AGO


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Person Number{n}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    person = factory.SubFactory(PersonFactory)
    password = factory.PostGenerationMethodCall("set_password", "a long fictional password")

    @classmethod
    def _after_postgeneration(cls, instance, create, results=None):
        instance.save()
        confirm_address(instance)


def member(alliance, **fields):
    """A school that is a member of the alliance."""
    return MembershipFactory(alliance=alliance, school=SchoolFactory(**fields)).school


def head_of(school, **fields):
    user = UserFactory(**fields)
    Post.objects.create(person=user.person, school=school, title="headteacher", starts_on=LONG_AGO)
    Role.objects.create(user=user, kind="headteacher", school=school, starts_on=LONG_AGO)
    return user


def delegate_of(school, head, *rights):
    user = UserFactory()
    Role.objects.create(user=user, kind="delegate", school=school, delegated_by=head, starts_on=LONG_AGO,
                        rights=rights)  # fmt: skip
    return user


def business_manager_of(school):
    user = UserFactory()
    Role.objects.create(user=user, kind="business_manager", school=school, starts_on=LONG_AGO)
    return user


def coordinator_of(alliance):
    user = UserFactory(is_staff=True)
    Role.objects.create(user=user, kind="coordinator", alliance=alliance, starts_on=LONG_AGO)
    return user


def observer_of(alliance, kind):
    """Somebody of the steering group, or an auditor."""
    user = UserFactory()
    Role.objects.create(user=user, kind=kind, alliance=alliance, starts_on=LONG_AGO)
    return user


def leader_at(school, *, specialism="Mathematics", confirmed=True, **fields):
    """An active leader with a sign-in and a home post at the school."""
    user = UserFactory()
    Post.objects.create(person=user.person, school=school, starts_on=LONG_AGO)
    leader = SystemLeader.objects.create(
        person=user.person, type=LeaderType.objects.get(code="SLE"), status="active",
        safeguarding_confirmed_on=timezone.localdate() - timedelta(days=100) if confirmed else None,
        safeguarding_confirmed_by=UserFactory() if confirmed else None,
        **fields,
    )  # fmt: skip
    leader.specialisms.add(Specialism.objects.get(name=specialism))
    return leader


def next_year_day(month=10, day=5):
    """A day of the running academic year's autumn that lies ahead, or of the next one's."""
    today = timezone.localdate()
    year = calendar.year_of(today)
    on = date(year, month, day)
    return on if on > today else today + timedelta(days=7)
