"""The three-box date: people type a date they know faster than they pick it in a calendar."""

from collections.abc import Mapping
from typing import Any

from django import forms


class DayMonthYearWidget(forms.MultiWidget):
    template_name = "django/forms/widgets/day_month_year.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in ("day", "month", "year")}, attrs)

    def decompress(self, value: Any) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str] | None:  # type: ignore[override]  # a date knows None
        """None when all three are empty, so that an optional date can be left out."""
        parts = [(part or "").strip() for part in super().value_from_datadict(data, files, name)]
        return parts if any(parts) else None
