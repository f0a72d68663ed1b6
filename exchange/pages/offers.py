"""What the pages about offers of a request ask of it."""

from django.urls import reverse

from .. import matching


def limit_of(thing):
    room = matching.room(thing.alliance, thing.school)
    return {
        "room": room,
        "is_outside": room is None,
        "is_over_limit": room is not None and room < thing.days_wanted,
        "back_url": shortlist_url(thing),
    }


def shortlist_url(thing):
    return reverse("exchange:shortlist", args=[thing.pk])
