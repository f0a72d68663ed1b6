"""Text that people type is text wherever it is shown: on pages, in mail, in files and in the admin."""

import icalendar
import pytest
from django.contrib import admin
from django.urls import reverse

from exchange import actions
from exchange.models import Commission
from staff.models import Mail
from tests.browser.pages import many_cases, pages_of_a_coordinator, pages_of_a_head, pages_of_a_leader
from tests.exchange import work_cases
from tests.exchange.cases import a_request, look
from tests.races import FULL
from tests.rights.payloads import MARK, PAYLOADS, executable, poison

pytestmark = pytest.mark.slow


@pytest.fixture(scope="class")
def case(set_up_shared):
    return set_up_shared("case", many_cases)


def test_f32_the_parser_finds_every_payload_that_is_not_escaped():
    assert len(PAYLOADS) == 18
    harmless_as_text = (f"javascript:{MARK}", "&lt;script", "{{ ", "' onfocus", '" onmouseover')
    assert [text for text in PAYLOADS if not executable(text) and not text.startswith(harmless_as_text)] == []
    assert executable(f'<input value="" onmouseover={MARK} x="">')
    assert executable(f"<a href='javascript:{MARK}'>x</a>")


def unsafe(response):
    """What is executable on a page, and a policy that would let it run."""
    policy = response.headers.get("Content-Security-Policy", "")
    if "script-src 'self'" not in policy or "unsafe" in policy:
        return [("policy", policy)]
    if not response["Content-Type"].startswith("text/html"):
        return []
    return executable(response.content.decode())


@pytest.mark.parametrize("who", ["head", "leader", "coordinator"])
def test_f32_on_every_page(client, case, who):
    user, pages = {
        "head": (case.cast.head, pages_of_a_head),
        "leader": (case.cast.lead, pages_of_a_leader),
        "coordinator": (case.cast.coordinator, pages_of_a_coordinator),
    }[who]
    pages = list(pages(case))
    poison(len(who))
    client.force_login(user)
    marked, wrong = 0, {}
    for address in pages:
        response = client.get(address)
        assert response.status_code in (200, 302), address
        marked += MARK in response.content.decode(errors="ignore")
        if response.status_code == 200 and unsafe(response):
            wrong[address] = unsafe(response)
    assert wrong == {}
    assert marked > len(pages) / 2, "the payloads are hardly shown anywhere"


def test_f32_in_the_admin(client, case):
    poison(3)
    client.force_login(case.cast.coordinator)
    wrong, shown = {}, 0
    for model, model_admin in list(admin.site._registry.items())[:: 1 if FULL else 4]:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        request = type("Request", (), {"user": case.cast.coordinator})()
        row = model_admin.get_queryset(request).first()
        pages = [reverse(f"{name}_changelist"), f"{reverse(f'{name}_changelist')}?q=%3Cscript%3E{MARK}"]
        if row:
            pages += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history")]
        for address in pages:
            response = client.get(address)
            shown += MARK in response.content.decode()
            if response.status_code == 200 and unsafe(response):
                wrong[address] = unsafe(response)
    assert wrong == {}
    assert shown > (30 if FULL else 7)


def test_f32_in_mail(client, case):
    poison(6)
    Mail.objects.all().delete()
    cast = case.cast
    asked = a_request(cast, status="submitted")
    poison(6)
    asked.refresh_from_db()
    actions.requests.ask_question(support_request=asked, by=cast.coordinator, question=" ".join(PAYLOADS))
    actions.confirmations.dispute(visit=case.logged, by=cast.head, reason=PAYLOADS[0])
    actions.offers.withdraw(commission=case.offered, by=cast.coordinator, reason=PAYLOADS[3])
    actions.work.pause(commission=Commission.objects.get(pk=case.active.pk), by=cast.lead, reason=PAYLOADS[4])
    mails = list(Mail.objects.all())
    assert len(mails) > 4
    assert [mail.subject for mail in mails if "\n" in mail.subject or "\r" in mail.subject] == []
    assert [found for mail in mails for found in executable(mail.html)] == []
    assert all(MARK in mail.html for mail in mails)


def test_f32_in_a_calendar(client, case):
    """A line's end in somebody's text begins no event."""
    work_cases.widen(case.planned.leg.commission)
    poison(17)
    response = look(client, case.cast.head, reverse("exchange:visit_calendar", args=[case.planned.pk]))
    calendar = icalendar.Calendar.from_ical(response.content)
    (event,) = calendar.walk("VEVENT")
    assert f"X-{MARK.upper()}" not in {name.upper() for name in event}
    assert response["Content-Type"].startswith("text/calendar")
