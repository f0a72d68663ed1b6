"""What the pages about offers of a request ask of it."""

from django.urls import reverse

from .. import matching


def limit_of(subject):
    room = matching.room(subject.alliance, subject.school)
    return {
        "room": room,
        "is_outside": room is None,
        "is_over_limit": room is not None and room < subject.days_wanted,
        "back_url": shortlist_url(subject),
    }


def shortlist_url(subject):
    return reverse("exchange:shortlist", args=[subject.pk])
