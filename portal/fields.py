"""Form fields that return the domain's own types: dates, and integer hundredths of a day."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .units import Hundredths
from .widgets import DayMonthYearWidget
from .words import MINUS, days_long
from .words import days as shown

MOST_DAYS = 999975  # four digits are more days than anybody has
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class DayMonthYearField(forms.DateField):
    """A date in three boxes; the month may be a number or a name. Among several, `of` says which is wrong."""

    widget = DayMonthYearWidget
    default_error_messages = {
        "required": "Enter a date, for example 12 1 2027",
        "invalid": "Enter a real date, for example 12 1 2027",
    }

    def __init__(self, *, of: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if of:
            messages = self.error_messages.items()
            self.error_messages = {code: text.replace(" date,", f" date for {of},") for code, text in messages}

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        try:
            day, month, year = value
            if not re.fullmatch("[0-9]{4}", year):
                raise ValueError
            return date(int(year), self._month(month), int(day))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def _month(self, text: str) -> int:
        name = text.lower()[:3]
        return MONTHS.index(name) + 1 if name in MONTHS else int(text)


class DaysField(forms.Field):
    """Days as people write them ("1.75"), returned as integer hundredths (175).

    min_value, max_value and step are hundredths of a day too. No float is ever made of the text.
    """

    widget = forms.TextInput
    default_error_messages = {
        "required": "Enter the days, for example 0.5 or 1.75",
        "invalid": "Enter the days as a number, for example 0.5 or 1.75",
        "step": "Enter the days in quarters, for example 0.5 or 1.75",
        "min_value": "Enter %(days)s or more",
        "max_value": "Enter %(days)s or fewer",
    }

    def __init__(
        self, *, min_value: int | None = 25, max_value: int = MOST_DAYS, step: int = 25, **kwargs: Any
    ) -> None:
        self.min_value = -MOST_DAYS if min_value is None else min_value
        self.max_value, self.step = max_value, step
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        # What is shown for reading (a true minus sign, commas) is not what people type.
        return shown(Hundredths(value)).replace(",", "").replace(MINUS, "-") if isinstance(value, int) else value

    def to_python(self, value: Any) -> Hundredths | None:
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return Hundredths(value)
        match = re.fullmatch(r"([−-]?)([0-9]{0,20})(?:\.([0-9]{1,20}))?", value.strip())
        if not match or not (match[2] or match[3]):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if len(match[3] or "") > 2:
            raise ValidationError(self.error_messages["step"], code="step")
        hundredths = int(match[2] or 0) * 100 + int((match[3] or "").ljust(2, "0"))
        return Hundredths(-hundredths if match[1] else hundredths)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if value % self.step:
            raise ValidationError(self.error_messages["step"], code="step")
        if value < self.min_value:
            raise self._beyond("min_value", self.min_value)
        if value > self.max_value:
            raise self._beyond("max_value", self.max_value)

    def _beyond(self, code: str, limit: int) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"days": days_long(Hundredths(limit))})
