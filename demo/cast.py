"""Planting the alliances, schools and people of the tables."""

from dataclasses import dataclass, field
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from bank import posting
from exchange import actions
from exchange.models import Tariff
from schools import calendar
from schools.models import Alliance, Closure, Membership, Phase, Policy, School
from staff import rules
from staff.models import LeaderPhase, LeaderType, Person, Post, Role, Specialism, SystemLeader, User

from .people import HELPERS, LEADERS, PASSWORD
from .places import BANKS, FIRST_URN, NONE, PLACES, TRADE_CAP

ADMIN = ("admin", "Alex Underhay")


@dataclass
class Cast:
    """Everybody and everything of the tables by its key."""

    schools: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)  # of schools, by URN
    alliances: dict = field(default_factory=dict)
    heads: dict = field(default_factory=dict)  # by school
    delegates: dict = field(default_factory=dict)  # by school
    coordinators: dict = field(default_factory=dict)  # by alliance, the first of each
    leaders: dict = field(default_factory=dict)
    homes: dict = field(default_factory=dict)  # a leader's home school
    users: dict = field(default_factory=dict)  # by the part of the address before the @
    specialisms: dict = field(default_factory=dict)

    def head_of(self, school):
        return self.heads[self.keys[school.pk]]

    def acting_for(self, school):
        """Who agrees and confirms for a school: the delegate where there is one."""
        return self.delegates.get(self.keys[school.pk]) or self.head_of(school)

    def coordinator_elsewhere(self, alliance, *schools):
        """A coordinator of an alliance who works at none of the schools."""
        coordinators = rules.coordinators_of(alliance).order_by("pk")
        return next(user for user in coordinators if not any(rules.has_post_at(user, school) for school in schools))

    def alliance_of(self, school):
        return next(self.alliances[bank.key] for bank in BANKS if school in bank.members)


def plant(today):
    cast = Cast(specialisms=Specialism.objects.in_bulk(field_name="name"))
    year = calendar.year_of(today)
    _plant_schools(cast)
    _plant_alliances(cast, year)
    _plant_users(cast)
    start = calendar.first_day(year - 3)
    _plant_heads(cast, start)
    _plant_leaders(cast, today, start)
    _plant_helpers(cast, start)
    return cast


def _plant_schools(cast):
    rows = [
        School(
            urn=FIRST_URN + number,
            name=place.name,
            phase=place.phase,
            establishment_type=place.type,
            pupils=place.pupils,
            capacity=place.pupils + 20,
            town=place.key.capitalize(),
            la_name="Fictional county",
            easting=place.easting,
            northing=place.northing,
            arrival="Visitors park beside the hall and sign in at the main office.",
        )
        for number, place in enumerate(PLACES)
    ]
    School.objects.bulk_create(rows)
    cast.keys = {row.pk: place.key for place, row in zip(PLACES, rows, strict=True)}
    cast.schools = {place.key: row for place, row in zip(PLACES, rows, strict=True)}


def _plant_alliances(cast, year):
    joined = {place.key: calendar.first_day(year + place.joined) for place in PLACES}
    for bank in BANKS:
        alliance = Alliance.objects.create(
            slug=bank.key,
            name=bank.name,
            colour=bank.colour,
            is_open=bank.is_open,
            lead_school=cast.schools[bank.lead],
            how_to_pay=bank.how_to_pay,
        )
        cast.alliances[bank.key] = alliance
        Policy.objects.create(alliance=alliance, starts_on=calendar.first_day(year - 3), levy_percent=bank.levy_percent)
        Tariff.objects.create(
            alliance=alliance,
            starts_on=calendar.first_day(year - 3),
            day_rate=bank.day_rate,
            brokerage_percent=bank.brokerage_percent,
            brokerage_inside=bank.brokerage_inside,
        )
        Membership.objects.bulk_create(
            [Membership(alliance=alliance, school=cast.schools[key], starts_on=joined[key]) for key in bank.members]
        )
        Closure.objects.bulk_create(
            [
                Closure(alliance=alliance, name=name, starts_on=first, ends_on=last)
                for each in range(year - 4, year + 2)
                for name, first, last in calendar.default_closures(each)
            ]
        )


def open_accounts(cast):
    """An account for each school and the fund, so that who never gave or took is seen as well; and a trade."""
    for bank in BANKS:
        posting.fund_account(cast.alliances[bank.key])
        for key in bank.members:
            posting.school_account(cast.alliances[bank.key], cast.schools[key])
    first, second = cast.alliances.values()
    reason = "Both steering groups agreed"
    actions.trades.open_trade(first=first, second=second, cap=TRADE_CAP, by=cast.users[ADMIN[0]], reason=reason)


def _plant_users(cast):
    """A sign-in for every head, leader and helper: one person each, whatever parts they play."""
    names = dict([ADMIN])
    heads = {}
    for place in PLACES:
        key = heads.setdefault(place.head, f"head.{place.key}")
        names[key] = place.head
        cast.heads[place.key] = key
    for leader in LEADERS:
        names.setdefault(heads.get(leader.name) or leader.name.lower().replace(" ", "."), leader.name)
    names |= {helper.key: helper.name for helper in HELPERS}
    people = Person.objects.bulk_create([Person(name=name, email=f"{key}@example.org") for key, name in names.items()])
    password = make_password(PASSWORD)  # hashed once: a hash takes as long as a hundred rows
    coordinators = {helper.key for helper in HELPERS if helper.role == Role.Kind.COORDINATOR}
    users = User.objects.bulk_create(
        [
            User(
                email=person.email,
                person=person,
                password=password,
                is_staff=key in coordinators or key == ADMIN[0],
                is_superuser=key == ADMIN[0],
            )
            for key, person in zip(names, people, strict=True)
        ]
    )
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users]
    )
    cast.users = dict(zip(names, users, strict=True))
    cast.heads = {school: cast.users[key] for school, key in cast.heads.items()}


def _plant_heads(cast, start):
    for school, user in cast.heads.items():
        at = {"school": cast.schools[school], "starts_on": start}
        Post.objects.create(person=user.person, title=Post.Title.HEADTEACHER, **at)
        Role.objects.create(user=user, kind=Role.Kind.HEADTEACHER, **at)


def _plant_leaders(cast, today, start):
    types = LeaderType.objects.in_bulk(field_name="code")
    by_name = {user.person.name: user for user in cast.users.values()}
    for row in LEADERS:
        user, home, head = by_name[row.name], cast.schools[row.home], cast.heads[row.home]
        if user != head:
            Post.objects.create(person=user.person, school=home, title=Post.Title.MIDDLE_LEADER, starts_on=start)
        is_new = row.status == SystemLeader.Status.NOMINATED
        leader = SystemLeader.objects.create(
            person=user.person,
            type=types[row.type],
            status=row.status,
            designating_body=str(cast.alliance_of(row.home)),
            designated_on=None if is_new else start,
            review_on=None if is_new else today + timedelta(days=row.review_in),
            nominated_to=cast.alliance_of(row.home) if is_new else None,
            about=row.about or f"{' and '.join(row.specialisms)}: planning, modelling and coaching.",
            safeguarding_confirmed_on=row.checked and today - timedelta(days=row.checked),
            safeguarding_confirmed_by=head if row.checked else None,
        )
        leader.specialisms.set([cast.specialisms[name] for name in row.specialisms])
        LeaderPhase.objects.bulk_create([LeaderPhase(leader=leader, phase=phase) for phase in _phases(home)])
        cast.leaders[row.key], cast.homes[row.key] = leader, row.home


def _phases(home):
    return [Phase.PRIMARY, Phase.SECONDARY] if home.phase == NONE else sorted({home.phase, Phase.PRIMARY})


def _plant_helpers(cast, start):
    for row in HELPERS:
        user, school = cast.users[row.key], cast.schools.get(row.school)
        if row.post:
            Post.objects.create(person=user.person, school=school, title=row.post, starts_on=start)
        if row.alliance:
            Role.objects.create(user=user, kind=row.role, alliance=cast.alliances[row.alliance], starts_on=start)
        elif row.role != Role.Kind.DELEGATE:
            Role.objects.create(user=user, kind=row.role, school=school, starts_on=start)
        if row.rights:
            _delegate(cast, row, user, start)
        if row.role == Role.Kind.COORDINATOR:
            cast.coordinators.setdefault(row.alliance, user)


def _delegate(cast, row, user, start):
    head = cast.heads[row.school]
    Role.objects.create(
        user=user,
        kind=Role.Kind.DELEGATE,
        school=cast.schools[row.school],
        delegated_by=head,
        starts_on=start,
        rights=row.rights,
    )
    if row.role == Role.Kind.DELEGATE:
        cast.delegates[row.school] = user
