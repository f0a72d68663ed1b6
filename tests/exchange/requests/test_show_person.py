from datetime import time, timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from exchange import actions
from exchange.models import Event, NameViewing
from staff.models import Mail, Role
from tests import factories
from tests.exchange import road
from tests.exchange.cases import send
from tests.exchange.road import a_logged_visit, a_request, an_agreement, an_offer

pytestmark = pytest.mark.slow

SECRET = "Nora Quill"
WHY = "The head asked for help"


@pytest.fixture
def case(cast):
    """A confidential request, with a commission that is offered."""
    cast.support_request = a_request(cast, supported_person=SECRET)
    cast.commission = an_offer(cast, cast.support_request)
    return cast


def url_of(request):
    return reverse("exchange:show_person", args=[request.pk])


def shown_to(client, user, request, **data):
    """What somebody reads who asks to see the name, by the button alone."""
    response = send(client, user, url_of(request), **data)
    return client.get(response.url) if response.status_code == 302 else response


def test_the_head_is_shown_the_name_and_that_is_written_down(client, case):
    page = shown_to(client, case.head, case.support_request)
    seen = NameViewing.objects.get()
    assert SECRET in page.content.decode()
    assert (seen.support_request, seen.by, seen.role, seen.reason) == (case.support_request, case.head, "head", "")


def test_nothing_is_shown_before_the_button_is_pressed(client, case):
    client.force_login(case.head)
    page = client.get(url_of(case.support_request)).content.decode()
    assert "It is recorded that you saw it" in page
    assert SECRET not in page
    assert not NameViewing.objects.exists()


def test_beside_the_button_of_the_request_it_is_said_before_that_it_is_recorded(client, case):
    client.force_login(case.head)
    page = " ".join(client.get(case.support_request.get_absolute_url()).content.decode().split())
    warning, button = page.index("It is recorded that you saw it"), page.index(">Show the name</button>")
    assert warning < button
    assert not NameViewing.objects.exists()


WHO = {
    "receiving head": (lambda case: case.head, "head"),
    "assigned coordinator": (lambda case: case.coordinator, "coordinator"),
    "leader before agreement": (lambda case: case.lead, 403),
    "home head": (lambda case: case.home_head, 403),
    "delegate": (lambda case: factories.delegate_of(case.asking, case.head, "ask"), 403),
    "business manager": (lambda case: factories.business_manager_of(case.asking), 403),
    "another coordinator": (lambda case: factories.coordinator_of(case.alliance), 403),
    "stranger": (lambda case: case.stranger, 404),
    "steering group": (lambda case: factories.observer_of(case.alliance, "steering"), 404),
    "auditor": (lambda case: factories.observer_of(case.alliance, "auditor"), 404),
    "coordinator of another alliance": (lambda case: factories.coordinator_of(factories.AllianceFactory()), 404),
}


@pytest.mark.parametrize("who", WHO)
def test_each_role_sees_the_name_or_not(client, case, who):
    make, answer = WHO[who]
    page = shown_to(client, make(case), case.support_request)
    if isinstance(answer, int):
        assert page.status_code == answer
        assert SECRET not in page.content.decode()
        assert not NameViewing.objects.exists()
    else:
        assert SECRET in page.content.decode()
        assert NameViewing.objects.get().role == answer


def test_the_leader_sees_it_from_agreement_on_and_another_leader_never(client, case):
    an_agreement(case, case.commission)
    assert SECRET in shown_to(client, case.lead, case.support_request).content.decode()
    assert NameViewing.objects.get().role == "leader"
    another = factories.leader_at(case.giving).person.user
    assert shown_to(client, another, case.support_request).status_code == 404
    assert shown_to(client, case.home_head, case.support_request).status_code == 403


def test_a_delegate_sees_it_where_the_head_ticked_it_and_a_business_manager_not_even_then(client, cast):
    request = a_request(cast, supported_person=SECRET, delegates_see_person=True)
    delegate, manager = factories.delegate_of(cast.asking, cast.head), factories.business_manager_of(cast.asking)
    assert SECRET in shown_to(client, delegate, request).content.decode()
    assert NameViewing.objects.get().role == "delegate"
    assert shown_to(client, manager, request).status_code == 403


def test_a_coordinator_to_whom_it_is_no_longer_assigned_sees_it_no_more(client, case):
    actions.requests.assign(
        support_request=case.support_request, by=case.coordinator, to=factories.coordinator_of(case.alliance)
    )
    assert shown_to(client, case.coordinator, case.support_request).status_code == 403


def test_a_superuser_gives_a_reason_first_and_the_head_is_told(client, case):
    superuser = factories.UserFactory(is_superuser=True)
    page = shown_to(client, superuser, case.support_request)
    assert page.context["form"].errors["reason"] == ["Enter a reason"]
    assert SECRET not in page.content.decode()
    assert not NameViewing.objects.exists()
    page = shown_to(client, superuser, case.support_request, reason=WHY)
    seen = NameViewing.objects.get()
    mail = Mail.objects.get(subject__contains="has seen a confidential name")
    assert SECRET in page.content.decode()
    assert (seen.by, seen.role, seen.reason) == (superuser, "superuser", WHY)
    assert mail.to == case.head.email
    assert f"{superuser}, who is not part of the case" in mail.text
    assert WHY in mail.text
    assert SECRET not in mail.text + mail.html


def test_a_superuser_to_whom_it_is_assigned_without_a_role_gives_a_reason_too(client, case):
    superuser = factories.UserFactory(is_superuser=True)
    actions.requests.assign(support_request=case.support_request, by=case.coordinator, to=superuser)
    assert SECRET not in shown_to(client, superuser, case.support_request).content.decode()


def test_the_page_with_the_name_is_for_one_user_and_a_few_minutes(client, case):
    send(client, case.head, url_of(case.support_request))
    seen = NameViewing.objects.get()
    page = reverse("exchange:sighting", args=[seen.pk])
    assert SECRET in client.get(page).content.decode()
    for other in (case.coordinator, factories.head_of(case.asking)):
        client.force_login(other)
        assert client.get(page).status_code == 404
    client.force_login(case.head)
    NameViewing.objects.update(at=timezone.now() - timedelta(minutes=11))
    late = client.get(page).content.decode()
    assert "Show it again" in late
    assert SECRET not in late
    assert NameViewing.objects.count() == 1


def test_a_role_that_was_taken_away_closes_the_page_too(client, case):
    send(client, case.head, url_of(case.support_request))
    Role.objects.filter(user=case.head).delete()
    assert client.get(reverse("exchange:sighting", args=[NameViewing.objects.get().pk])).status_code == 404


def test_there_is_nothing_to_show_where_nobody_is_named(client, cast):
    request = a_request(cast)
    client.force_login(cast.head)
    assert "Supported person" in client.get(request.get_absolute_url()).content.decode()
    assert shown_to(client, cast.head, request).status_code == 404


def test_whatever_is_typed_the_name_stands_in_no_other_text(cast):
    typed = f"As agreed with {SECRET}"
    request = a_request(cast, supported_person=SECRET, status="submitted", days=100)
    actions.requests.ask_question(support_request=request, by=cast.coordinator, question=typed)
    actions.requests.answer(support_request=request, by=cast.head, answer=typed)
    actions.requests.triage(support_request=request, by=cast.coordinator)
    commission = road.an_offer(cast, request, objectives=typed, modes=typed)
    actions.agreements.override_limit(commission=commission, by=cast.coordinator, reason=typed)
    actions.agreements.accept(commission=commission, by=cast.lead)
    actions.agreements.release(commission=commission, by=cast.home_head)
    actions.agreements.agree(commission=commission, by=cast.head, exit_plan=typed)
    today = timezone.localdate()
    dates = {"starts_on": today, "ends_on": today}
    actions.work.propose_variation(leg=commission.leg, by=cast.lead, days=100, reason=typed, **dates)
    visit = actions.visits.plan(
        leg=commission.leg, by=cast.lead, on=today, days=100, arrival_time=time(9), arrival_contact="", purpose=typed
    )
    actions.visits.log(visit=visit, by=cast.lead, days=100, note=typed, next_steps=typed)
    actions.confirmations.confirm(visit=visit, by=cast.head)
    commission.refresh_from_db()
    actions.work.report_findings(commission=commission, by=cast.lead, findings=typed, no_further_support=False)
    texts = {"evidence": typed, "gained": typed}
    evaluation = actions.evaluations.evaluate(commission=commission, by=cast.head, side="receiving", rating=1, **texts)
    actions.evaluations.resolve_concern(concern=evaluation.concern, by=cast.coordinator, resolution=typed)
    found = {
        f"{model.__name__}.{name}"
        for model in apps.get_models()
        for row in model._default_manager.values()
        for name, value in row.items()
        if isinstance(value, str) and SECRET in value
    }
    assert found == {"SupportRequest.supported_person"}


# Who saw it ---------------------------------------------------------------------------------------


def who_saw(client, user, request):
    client.force_login(user)
    return client.get(reverse("exchange:who_saw", args=[request.pk]))


def test_who_saw_it_is_one_query_and_one_page(client, case, django_assert_num_queries):
    superuser = factories.UserFactory(is_superuser=True)
    for user in (case.head, case.coordinator):
        send(client, user, url_of(case.support_request))
    send(client, superuser, url_of(case.support_request), reason=WHY)
    other = a_request(case, supported_person="Somebody Else")
    send(client, case.head, url_of(other))
    with django_assert_num_queries(1):
        found = [(seen.by, str(seen.by), seen.role) for seen in NameViewing.objects.of(case.support_request)]
    users = ((superuser, "superuser"), (case.coordinator, "coordinator"), (case.head, "head"))
    assert found == [(user, str(user), role) for user, role in users]
    for reader in (case.head, case.coordinator):
        page = who_saw(client, reader, case.support_request).content.decode()
        assert all(text in page for text in (str(superuser), "Superuser", WHY, str(case.head)))
        assert SECRET not in page


@pytest.mark.parametrize("who", [name for name, (_, answer) in WHO.items() if isinstance(answer, int)])
def test_nobody_else_reads_who_saw_it(client, case, who):
    make, answer = WHO[who]
    assert who_saw(client, make(case), case.support_request).status_code == answer


def test_an_empty_list_says_so(client, case):
    assert "Nobody has been shown the name yet." in who_saw(client, case.head, case.support_request).content.decode()


# Never elsewhere ----------------------------------------------------------------------------------


def test_history_and_mail_say_a_member_of_staff_instead_of_the_name(client, case):
    reason = f"mrs quill, that is {SECRET.upper()}, is away; nora  quill is back in May"
    an_agreement(case, case.commission)
    actions.work.pause(commission=case.commission, by=case.coordinator, reason=reason)
    told = "a member of staff, that is a member of staff, is away; a member of staff is back in May"
    assert Event.objects.get(verb="pause").reason == told
    assert all(told in mail.text for mail in Mail.objects.filter(subject__contains="paused"))
    assert not Mail.objects.filter(text__icontains="quill").exists()


def test_no_row_but_the_requests_own_holds_the_name(case):
    """History, mail, form keys: whatever was written on the way of a whole case."""
    an_agreement(case, case.commission)
    actions.confirmations.confirm(visit=a_logged_visit(case, case.commission), by=case.head)
    for mail in Mail.objects.all():
        assert SECRET not in mail.subject + mail.text + mail.html
    assert not Event.objects.filter(reason__icontains=SECRET).exists()
    assert str(case.support_request) == case.support_request.reference
