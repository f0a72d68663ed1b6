"""What people see of the small app, in a portal that has it. Each function returns facts; tests compare them."""

import re
import uuid

from django.contrib.auth.signals import user_logged_in
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import personal
from staff import actions, tasks
from staff.models import Mail
from tests import factories, signing_in
from tests.exchange.cases import make_cast

from .models import Cake


def tour():
    user_logged_in.connect(signing_in.count_as_recent)
    cast = make_cast()
    cake = Cake.objects.create(school=cast.asking, baker=cast.head, kind="Lemon", on=timezone.localdate())
    before = {
        "first page": first_page(cast),
        "handing over": "Bake cakes" in page(cast.head, "staff:hand_over", cast.asking.pk),
        "clock": clock(),
        "calendar": "SUMMARY:Bake the Lemon cake" in page(cast.head, "staff:calendar_feed", feed_of(cast.head)),
        "my data": my_data(cast.head),
        "unclassified": list(personal.unclassified()),
    }
    return before | {"baking": baking(cast, cake), "timeline": timeline(cast)}


def as_user(user):
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def page(user, name, *args):
    response = as_user(user).get(reverse(name, args=args))
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def first_page(cast):
    """The words of the links to the page: the menu's, and the thing to do."""
    url = reverse("small_app:cakes", args=[cast.asking.pk])
    return re.findall(rf'href="{url}"[^>]*>\s*([^<]*?)\s*<', page(cast.head, "exchange:school", cast.asking.pk))


def clock():
    """What two ticks wrote into the outbox about cakes: subject, and whether its words are there."""
    tasks.tick()
    tasks.tick()
    sentence = "Ashgrove looks forward to your Lemon cake."
    return [(mail.subject, sentence in mail.text) for mail in Mail.objects.filter(subject__contains="cake")]


def feed_of(user):
    return actions.make_calendar_feed(by=user)


def my_data(user):
    sections = as_user(user).get(reverse("staff:my_data_file", args=["json"])).json()["sections"]
    return [row["Kind"] for section in sections if section["table"] == "small_app.Cake" for row in section["rows"]]


def baking(cast, cake):
    """The answers to delegates without the right, with it, and once more: the status has moved."""
    without, having = (factories.delegate_of(cast.asking, cast.head, right) for right in ("ask", "bake"))
    url = reverse("small_app:bake", args=[cake.pk])
    return [as_user(who).post(url, {"key": uuid.uuid4()}).status_code for who in (without, having, having)]


def timeline(cast):
    return "Lemon cake taken out of the oven" in page(cast.head, "small_app:cakes", cast.asking.pk)
