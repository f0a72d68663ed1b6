from datetime import UTC, date, datetime

import pytest
from django import forms
from django.contrib.admin.utils import display_for_value
from django.urls import reverse

from staff.models import Mail

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("hour", "said"), [(1, "9 Mar 2027, 1:15am"), (12, "9 Mar 2027, 12:15pm"), (15, "9 Mar 2027, 3:15pm")]
)
def test_the_admin_writes_times_as_the_portal_does(hour, said):
    assert display_for_value(datetime(2027, 3, 9, hour, 15, tzinfo=UTC), "-") == said


def test_a_list_of_the_admin_does_so(superuser):
    Mail.objects.create(to="somebody@example.org", subject="A visit", text="-")
    Mail.objects.update(created_at=datetime(2026, 3, 9, 1, 15, tzinfo=UTC))
    html = superuser.get(reverse("admin:staff_mail_changelist")).content.decode()
    assert "9 Mar 2026, 1:15am" in html
    assert "a.m." not in html


@pytest.mark.parametrize("text", ["23 November 2026", "23 Nov 2026", "23/11/2026", "2026-11-23"])
def test_a_date_is_read_as_it_is_written(text):
    assert forms.DateField().clean(text) == date(2026, 11, 23)


def test_what_is_no_date_is_answered_with_how_one_is_written(superuser):
    html = superuser.post(reverse("admin:schools_closure_add"), {"starts_on": "tomorrow"}).content.decode()
    assert "Enter a date, for example 23/11/2026 or 23 November 2026" in html
    assert "Enter a valid date" not in html
