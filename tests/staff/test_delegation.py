from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from exchange.models import SupportRequest
from portal.errors import Refused
from staff import actions
from staff.models import Mail, Post, Role
from staff.rights import delegable
from tests import factories
from tests.exchange.cases import an_offer, in_boxes, send

TODAY, DAY = timezone.localdate(), timedelta(days=1)


@pytest.fixture
def deputy(cast):
    user = factories.UserFactory(email="deputy@example.org")
    Post.objects.create(person=user.person, school=cast.asking, title="deputy", starts_on=factories.LONG_AGO)
    return user


def hand_over(client, cast, email="deputy@example.org", rights=("agree",), starts_on=TODAY, ends_on=None, by=None):
    data = {"email": email, "rights": rights, **in_boxes("starts_on", starts_on)}
    data |= in_boxes("ends_on", ends_on) if ends_on else {}
    return send(client, by or cast.head, reverse("staff:hand_over", args=[cast.asking.urn]), **data)


def delegation(cast, user, *rights):
    return actions.hand_over(user=user, by=cast.head, school=cast.asking, rights=rights, starts_on=TODAY)


def agree(client, user, commission):
    return send(client, user, reverse("exchange:agree", args=[commission.pk]), exit_plan="We carry on", sure="on")


def test_a_head_hands_over_rights_and_the_delegate_is_told(client, cast, deputy):
    response = hand_over(
        client, cast, email="Deputy@Example.org", rights=["agree", "confirm"], ends_on=TODAY + 30 * DAY
    )
    assert response.url == reverse("staff:delegates", args=[cast.asking.urn])
    role = Role.objects.get(user=deputy)
    assert (role.kind, role.delegated_by, role.ends_on) == ("delegate", cast.head, TODAY + 30 * DAY)
    assert role.rights_in_words == ["Agree to offers of support", "Confirm visits"]
    mail = Mail.objects.get(to="deputy@example.org")
    assert mail.subject == "You can now act for Ashgrove"
    page = client.get(response.url).content.decode()
    assert "Agree to offers of support" in page


@pytest.mark.parametrize("email", ["nobody@example.org", "stranger@example.org"])
def test_an_unknown_address_and_one_of_another_school_get_the_same_answer(client, cast, email):
    factories.UserFactory(email="stranger@example.org")
    response = hand_over(client, cast, email=email)
    assert (
        "Nobody at Ashgrove signs in with this address. Use “Invite a colleague” first, then let them act for you"
        in response.content.decode()
    )
    assert not Role.objects.filter(kind="delegate").exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"rights": []}, "Select what they may do for you"),
        ({"starts_on": TODAY - DAY}, "The first day must be today or later"),
        ({"starts_on": TODAY + DAY, "ends_on": TODAY}, "The last day must not be before the first"),
        ({"rights": ["everything"]}, "There is a problem"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_the_input(client, cast, deputy, wrong, sentence):
    response = hand_over(client, cast, **wrong)
    assert sentence in response.content.decode()
    assert 'value="deputy@example.org"' in response.content.decode()
    assert not Role.objects.filter(kind="delegate").exists()


def test_nobody_acts_twice_in_the_same_time(client, cast, deputy):
    hand_over(client, cast)
    response = hand_over(client, cast, starts_on=TODAY + 7 * DAY)
    assert "in that time already: end that first" in response.content.decode()
    with pytest.raises(Refused):
        delegation(cast, deputy, "ask")
    assert Role.objects.filter(user=deputy).count() == 1


def test_only_the_head_hands_over(client, cast, deputy):
    delegate = factories.delegate_of(cast.asking, cast.head, *delegable)
    for user, status in [(delegate, 403), (cast.coordinator, 403), (cast.stranger, 404), (cast.lead, 404)]:
        assert hand_over(client, cast, by=user).status_code == status
        client.force_login(user)
        assert client.get(reverse("staff:delegates", args=[cast.asking.urn])).status_code == status
    assert not Role.objects.filter(user=deputy).exists()


def test_a_delegate_does_what_was_ticked_and_nothing_else(client, cast, deputy):
    commission = an_offer(cast)
    role = delegation(cast, deputy, "confirm")
    assert agree(client, deputy, commission).status_code == 403
    assert send(client, deputy, reverse("exchange:nominate", args=[cast.asking.urn])).status_code == 403
    actions.end_delegation(role=role, by=cast.head)
    delegation(cast, deputy, "agree")
    assert agree(client, deputy, commission).status_code == 302
    commission.refresh_from_db()
    assert commission.receiving_yes_by == deputy
    event = commission.events.get(verb="agree")
    assert (event.by, event.acting_for) == (deputy, cast.head)


def test_ending_bites_at_the_next_click(client, cast, deputy):
    role = delegation(cast, deputy, *delegable)
    client.force_login(deputy)
    home = reverse("exchange:our_leaders", args=[cast.asking.urn])
    assert client.get(home).status_code == 200
    send(client, cast.head, reverse("staff:end_delegation", args=[cast.asking.urn, role.pk]))
    client.force_login(deputy)
    assert client.get(home).status_code == 404
    assert agree(client, deputy, an_offer(cast)).status_code == 404
    assert not SupportRequest.objects.visible_to(deputy).exists()


def test_ending_is_kept_in_the_history(client, cast, deputy):
    role = delegation(cast, deputy, "ask")
    Role.objects.filter(pk=role.pk).update(starts_on=factories.LONG_AGO)
    send(client, cast.head, reverse("staff:end_delegation", args=[cast.asking.urn, role.pk]))
    role.refresh_from_db()
    assert (role.ended_by, role.ends_on) == (cast.head, TODAY - DAY)
    page = client.get(reverse("staff:delegates", args=[cast.asking.urn])).content.decode()
    assert f"ended by {cast.head}" in " ".join(page.split())


def test_it_does_not_end_twice_or_bring_an_old_one_back(client, cast, deputy):
    role = delegation(cast, deputy, "ask")
    url = reverse("staff:end_delegation", args=[cast.asking.urn, role.pk])
    assert send(client, cast.head, url).status_code == 302
    assert send(client, cast.head, url).status_code == 409
    old = factories.delegate_of(cast.asking, cast.head).roles.get()
    Role.objects.filter(pk=old.pk).update(ends_on=factories.LONG_AGO)
    url = reverse("staff:end_delegation", args=[cast.asking.urn, old.pk])
    assert send(client, cast.head, url).status_code == 409
    old.refresh_from_db()
    assert old.ends_on == factories.LONG_AGO


def test_a_head_ends_only_delegations_of_the_own_school(client, cast):
    role = factories.delegate_of(cast.other, cast.stranger).roles.get()
    for urn, status in [(cast.asking.urn, 404), (cast.other.urn, 404)]:
        assert send(client, cast.head, reverse("staff:end_delegation", args=[urn, role.pk])).status_code == status
    head_role = cast.head.roles.get()
    url = reverse("staff:end_delegation", args=[cast.asking.urn, head_role.pk])
    assert send(client, cast.head, url).status_code == 404
    assert Role.objects.running().filter(pk__in=[role.pk, head_role.pk]).count() == 2


def test_a_delegation_that_has_run_out_is_over(client, cast, deputy):
    role = delegation(cast, deputy, "agree")
    Role.objects.filter(pk=role.pk).update(starts_on=factories.LONG_AGO, ends_on=TODAY - DAY)
    assert agree(client, deputy, an_offer(cast)).status_code == 404
