"""F23: SQLite on a full disk: a page that says so much, no half transaction; and it goes on when there is room."""

import contextlib

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from bank import verify
from bank.models import Transfer
from exchange.models import Event, Visit
from portal.models import Submission
from staff.models import Mail
from tests.exchange.cases import a_logged_visit, an_agreement, make_cast

KEY = "6a1f2f9c-3a0b-4a4e-9a55-0d3f0c9f2a11"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def pragma(words):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        return cursor.fetchone()[0]


@pytest.fixture
def full_disk():
    """Fills the disk to the last page, and makes room again."""
    ample = pragma("max_page_count")

    def fill():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE fill (bytes BLOB)")
            pragma(f"max_page_count = {pragma('page_count')}")
            # What is free inside the file is used up too.
            with contextlib.suppress(OperationalError):
                while True:
                    cursor.execute("INSERT INTO fill VALUES (zeroblob(3000))")
        for size in (1000, 100, 1):  # and what is free on the pages that the act would write to
            with contextlib.suppress(OperationalError):
                while True:
                    Mail.objects.create(to="full@example.org", subject="Full", text="x" * size, sent_at=timezone.now())

    def free():
        pragma(f"max_page_count = {ample}")

    yield fill, free
    free()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS fill")


def everything():
    return [model.objects.count() for model in (Visit, Transfer, Event, Mail, Submission)]


def test_f23_nothing_is_half_saved_on_a_full_disk_and_the_same_click_counts_when_there_is_room(client, full_disk):
    fill, free = full_disk
    cast = make_cast()
    visit = a_logged_visit(cast, an_agreement(cast))
    client.force_login(cast.head)
    client.raise_request_exception = False
    page, form = (
        reverse("exchange:dispute_visit", args=[visit.pk]),
        {"key": KEY, "reason": "It was cut short, after an hour. " * 8},
    )
    fill()
    before = everything()
    answer = client.post(page, form)
    assert answer.status_code == 500
    assert "What you sent may not have been saved." in answer.content.decode()
    assert (everything(), Visit.objects.get().status) == (before, "logged")
    assert [words for check in (verify.sums, verify.totals, verify.guards) for words in check()] == []
    assert client.get(reverse("exchange:school", args=[cast.asking.pk])).status_code == 200

    free()
    answer = client.post(page, form)
    assert (answer.status_code, Visit.objects.get().status) == (302, "disputed")
    assert Mail.objects.count() > before[3]
