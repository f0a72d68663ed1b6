"""Whatever else is sent with a form, it does what its own fields say and nothing more."""

import os
import re
import uuid

import pytest
import time_machine
from django.apps import apps
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from staff.models import Role, User
from tests.exchange.acts import ACTS
from tests.rights.cast import become
from tests.writes import capture_writes

pytestmark = pytest.mark.slow

NEW_EACH_TIME = {"id", "request_id", "token_digest", "password"}  # one that nobody can use is drawn anew
FULL = os.environ.get("MATRIX") == "full"  # else every fourth form


def portal_models():
    return [model for app in ("schools", "staff", "exchange") for model in apps.get_app_config(app).get_models()]


def hostile(field):
    """A value that the field would take, and that nobody who may act sent."""
    if field.is_relation:
        last = field.related_model._default_manager.order_by("-pk").first()
        return last.pk if last else 1
    if field.choices:
        return field.choices[-1][0]
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.IntegerField):
        return "4242"
    if isinstance(field, (models.DateTimeField, models.DateField)):
        return "2001-01-01"
    return "Injected"


def everything():
    """{name of a field: a value}, of every field of every model, also as the column is named."""
    fields = [field for model in portal_models() for field in model._meta.fields]
    return {name: hostile(field) for field in fields for name in (field.name, field.attname)}


def declared(response):
    """The names of the page's own form, with those of the parts of a date."""
    form = response.context["form"]
    names = {form.add_prefix(name) for name in form.fields}
    return {*names, *(f"{name}_{part}" for name in names for part in ("day", "month", "year")), "csrfmiddlewaretoken"}


def as_they_stand(tables, highest):
    """Every row of these tables; keys of rows that are new are left out, as another run gives them others."""

    def plain(model, name, value):
        if isinstance(value, str):  # a link, a reference or a key may name a new row; a token may begin with a digit
            return name, re.sub(r"(?<=invitations/)[\w-]+|\d+", "0", value)
        related = model._meta.get_field(name).related_model
        return name, "new" if value and related and value > highest.get(related, value) else value

    return {
        model: sorted(
            repr([plain(model, *item) for item in row.items() if item[0] not in NEW_EACH_TIME])
            for row in model.objects.values()
        )
        for model in portal_models()
        if model._meta.db_table in tables and model.__name__ != "Submission"
    }


def highest_keys():
    keys = {model: model.objects.order_by("-pk").values_list("pk", flat=True).first() for model in portal_models()}
    return {model: key or 0 for model, key in keys.items() if isinstance(key, int | None)}


def sent(client, address, data, highest):
    """The answer, the tables that are written to, and their rows; it is rolled back."""
    with transaction.atomic():
        with capture_writes() as writes:
            response = client.post(address, data)
        rows = as_they_stand(writes.touched, highest)
        transaction.set_rollback(True)
    return response.status_code, writes.touched, rows


@pytest.mark.parametrize("name", list(ACTS) if FULL else list(ACTS)[::4])
def test_f39_only_its_own_fields_change(client, cast, name):
    with time_machine.travel(timezone.now(), tick=False):
        user, address, data = ACTS[name](cast)
        client.force_login(user)
        own, highest = declared(client.get(address)), highest_keys()
        more = {field: value for field, value in everything().items() if field not in own}
        assert {"status", "committed", "posted", "is_superuser"} <= more.keys() | own
        key = uuid.uuid4()
        plain = sent(client, address, {"key": key, **data}, highest)
        assert plain[0] == 302
        assert sent(client, address, {**more, "key": key, **data}, highest) == plain


def test_f39_a_coordinator_gives_no_more_in_the_admin_than_the_page_shows(client, cast):
    """The page of a sign-in, sent with every field that a user has."""
    become(client, cast, "coordinator")
    before = User.objects.filter(pk=cast.head.pk).values().get()
    more = {field.name: hostile(field) for field in User._meta.fields if field.name not in ("id", "email")}
    inline = {"roles-TOTAL_FORMS": "0", "roles-INITIAL_FORMS": "0", "roles-2-TOTAL_FORMS": "0",
              "roles-2-INITIAL_FORMS": "0"}  # fmt: skip
    data = {**more, **inline, "email": "renamed@example.org", "is_active": "on", "groups": "1"}
    response = client.post(reverse("admin:staff_user_change", args=[cast.head.pk]), data)
    assert response.status_code == 302
    after = User.objects.filter(pk=cast.head.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"email"}
    assert Role.objects.filter(user=cast.head).count() == 1
