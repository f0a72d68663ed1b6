from datetime import time

import pytest
from django import forms

from exchange.forms.fields import ClockField, PoundsField


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:30", time(9, 30)),
        ("9.30am", time(9, 30)),
        ("0930", time(9, 30)),
        ("930", time(9, 30)),
        ("9am", time(9)),
        ("9", time(9)),
        ("1.15 pm", time(13, 15)),
        ("13:15", time(13, 15)),
        ("1:15", time(13, 15)),
        ("9.30 a.m.", time(9, 30)),
        ("12pm", time(12)),
        ("12.30 pm", time(12, 30)),
        ("midday", time(12)),
    ],
)
def test_a_time_as_people_write_it(text, expected):
    assert ClockField().clean(text) == expected


@pytest.mark.parametrize("text", ["", "25:00", "9:60", "13pm", "0am", "morning", "9:3", "12345"])
def test_what_is_no_time(text):
    with pytest.raises(forms.ValidationError, match="Enter a time"):
        ClockField().clean(text)


@pytest.mark.parametrize("moment", [time(9, 30), time(12), time(13, 5), time(6)])
def test_a_shown_time_can_be_sent_again(moment):
    field = ClockField()
    assert field.clean(field.prepare_value(moment)) == moment


@pytest.mark.parametrize(
    ("text", "pence"), [("180", 18000), ("180.50", 18050), ("£1,250", 125000), ("0", 0), (" 99.99 ", 9999), ("", None)]
)
def test_pounds_become_pence(text, pence):
    assert PoundsField(required=False).clean(text) == pence


@pytest.mark.parametrize("text", ["much", "-5", "1.5", "1.555", "5000.01", "1e3"])
def test_what_is_no_amount(text):
    with pytest.raises(forms.ValidationError):
        PoundsField(required=False).clean(text)
