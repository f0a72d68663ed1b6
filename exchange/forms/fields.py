"""Form fields that return the domain's own types: a time of day, and integer pence."""

import re
from datetime import time

from django import forms
from django.core.exceptions import ValidationError

from portal.words import clock

EARLIEST = 6  # nobody arrives at a school before six: "1.30" is half past one in the afternoon


class ClockField(forms.Field):
    """A time as people write it: 9:30, 9.30am, 0930, 9am, 1.15 pm, midday."""

    default_error_messages = {
        "required": "Enter a time, for example 9.30am",
        "invalid": "Enter a time, for example 9.30am or 13:30",
    }

    def widget_attrs(self, widget):
        return {"class": "govuk-input--width-10", "autocomplete": "off"}

    def prepare_value(self, value):
        return clock(value) if isinstance(value, time) else value

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, time):
            return value or None
        text = re.sub(r"\s|(?<=[ap])\.|(?<=m)\.", "", str(value).lower())
        if text in ("midday", "noon", "12noon"):
            return time(12)
        match = re.fullmatch(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?(am|pm)?", text)
        if not match:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return self._time(int(match[1]), int(match[2] or 0), match[3])

    def _time(self, hour, minute, half):
        if half and not 1 <= hour <= 12:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0)
        elif 0 < hour < EARLIEST:
            hour += 12
        try:
            return time(hour, minute)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class PoundsField(forms.Field):
    """An amount in pounds ("£1,250" or "180.50"), returned as integer pence. No float is ever made of the text."""

    default_error_messages = {
        "required": "Enter an amount in pounds, for example 180 or 180.50",
        "invalid": "Enter an amount in pounds, for example 180 or 180.50",
    }

    def __init__(self, *, max_pounds=5000, **kwargs):
        self.max_pounds = max_pounds
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        return {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value):
        return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value

    def to_python(self, value):
        if value in self.empty_values:
            return None
        match = re.fullmatch(r"£?([0-9]{1,6})(?:\.([0-9]{2}))?", re.sub(r"[,\s]", "", str(value)))
        if not match:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        pence = int(match[1]) * 100 + int(match[2] or 0)
        if pence > self.max_pounds * 100:
            raise ValidationError(f"Enter £{self.max_pounds:,d} or less", code="max_value")
        return pence
