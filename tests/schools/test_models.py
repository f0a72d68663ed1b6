from datetime import date

import pytest
from django.db import IntegrityError

from schools.models import Alliance, Membership, Policy, School

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return School.objects.create(urn=900001, name="Wharf School", la_name="Mereshire")


@pytest.fixture
def alliance(school):
    return Alliance.objects.create(name="Mere Alliance", slug="mere", lead_school=school)


def refuses(constraint):
    # SQLite and PostgreSQL both name a CHECK; for UNIQUE, SQLite may name the columns instead.
    return pytest.raises(IntegrityError, match=constraint)


def test_a_membership_may_last_one_day(alliance, school):
    day = date(2026, 9, 1)
    alliance.memberships.create(school=school, starts_on=day, ends_on=day)
    assert alliance.has_member(school, on=day)


def test_a_membership_does_not_end_before_it_starts(alliance, school):
    with refuses("membership_ends_after_it_starts"):
        alliance.memberships.create(school=school, starts_on=date(2026, 9, 2), ends_on=date(2026, 9, 1))


def test_a_school_has_one_running_membership_of_an_alliance(alliance, school):
    alliance.memberships.create(school=school, starts_on=date(2026, 9, 1))
    with refuses("one_running_membership|UNIQUE"):
        alliance.memberships.create(school=school, starts_on=date(2027, 9, 1))


def test_a_school_may_come_back(alliance, school):
    alliance.memberships.create(school=school, starts_on=date(2020, 9, 1), ends_on=date(2022, 8, 31))
    alliance.memberships.create(school=school, starts_on=date(2026, 9, 1))
    days = [date(2020, 8, 31), date(2020, 9, 1), date(2022, 8, 31), date(2022, 9, 1), date(2026, 9, 1)]
    assert [alliance.has_member(school, on=day) for day in days] == [False, True, True, False, True]
    assert list(alliance.members(on=date(2026, 9, 1))) == [school]


def test_a_school_may_be_a_member_of_two_alliances(alliance, school):
    fen = Alliance.objects.create(name="Fen Alliance", slug="fen", lead_school=school)
    left = Alliance.objects.create(name="Left Alliance", slug="left", lead_school=school)
    for joined in (alliance, fen):
        joined.memberships.create(school=school, starts_on=date(2026, 9, 1))
    left.memberships.create(school=school, starts_on=date(2020, 9, 1), ends_on=date(2021, 8, 31))
    assert list(Alliance.objects.of_school(school, on=date(2026, 9, 1))) == [fen, alliance]


def test_a_member_cannot_be_deleted(alliance, school):
    alliance.memberships.create(school=school, starts_on=date(2026, 9, 1))
    with pytest.raises(IntegrityError, match="protected"):
        school.delete()
    assert Membership.objects.count() == 1


def test_the_policy_in_force_is_the_latest_that_has_started(alliance):
    first = alliance.policies.create(starts_on=date(2025, 9, 1))
    second = alliance.policies.create(starts_on=date(2026, 9, 1), levy_percent=0)
    assert alliance.policy(date(2026, 8, 31)) == first
    assert alliance.policy(date(2026, 9, 1)) == second


def test_before_the_first_policy_there_is_none(alliance):
    alliance.policies.create(starts_on=date(2026, 9, 1))
    with pytest.raises(Policy.DoesNotExist, match="No policy is in force on 31 August 2026"):
        alliance.policy(date(2026, 8, 31))


def test_another_alliances_policy_is_not_in_force(alliance, school):
    fen = Alliance.objects.create(name="Fen Alliance", slug="fen", lead_school=school)
    fen.policies.create(starts_on=date(2025, 9, 1))
    with pytest.raises(Policy.DoesNotExist):
        alliance.policy(date(2026, 9, 1))


def test_two_policies_do_not_start_on_one_day(alliance):
    alliance.policies.create(starts_on=date(2026, 9, 1))
    with refuses("one_policy_a_day|UNIQUE"):
        alliance.policies.create(starts_on=date(2026, 9, 1))


@pytest.mark.parametrize(
    ("rule", "constraint"),
    [
        ({"levy_percent": 101}, "levy_is_a_percentage"),
        ({"limit": 1}, "limit_is_not_above_zero"),
        ({"band_low": 100, "band_high": 100}, "band_low_below_high"),
    ],
)
def test_a_policy_keeps_to_sense(alliance, rule, constraint):
    with refuses(constraint):
        alliance.policies.create(starts_on=date(2026, 9, 1), **rule)


def test_distance_is_straight_and_in_whole_metres():
    here = School(urn=1, easting=500_000, northing=400_000)
    assert here.metres_to(School(urn=2, easting=503_000, northing=404_000)) == 5_000
    assert here.metres_to(School(urn=3, easting=503_000)) is None


@pytest.mark.parametrize(
    ("kind", "special", "alternative"),
    [
        ("Community special school", True, False),
        ("Pupil referral unit", False, True),
        ("Academy alternative provision converter", False, True),
        ("Community school", False, False),
    ],
)
def test_special_and_alternative_provision_come_from_the_type(kind, special, alternative):
    school = School(establishment_type=kind)
    assert (school.is_special, school.is_alternative_provision) == (special, alternative)
