"""The questions of a request's terms, one form each: how many days, when, how urgent, for which goal and whom."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.fields import DayMonthYearField, DaysField
from portal.words import days_long

from ..models import SupportRequest
from .drafts import NO_NAMES, Question

MOST_DAYS = 20000
YEARS_AHEAD = 2


class DaysQuestion(Question):
    step, title, label = "days", "How many days of support do you need?", "Days"
    days = DaysField(
        label="Days",
        help_text="In quarter-days, for example 0.5 or 1.75. A day is five hours with preparation.",
        max_value=MOST_DAYS,
    )
    may_split = forms.BooleanField(
        label="The days may be split over several leaders",
        help_text="Then support is often found sooner.",
        required=False,
    )

    @classmethod
    def answers_of(cls, draft):
        return {"days": draft.days or None, "may_split": draft.may_split}

    @classmethod
    def is_answered(cls, draft):
        return draft.days > 0

    @classmethod
    def shown(cls, draft):
        if not draft.days:
            return ""
        return days_long(draft.days) + (", may be split over several leaders" if draft.may_split else "")


class WindowQuestion(Question):
    step, title, label = "window", "When should the support take place?", "When"
    starts_on = DayMonthYearField(
        label="First day", of="the first day", help_text="The support starts on this day or later"
    )
    ends_on = DayMonthYearField(label="Last day", of="the last day", help_text="The support has ended by this day")

    def clean_starts_on(self):
        return self._not_past(self.cleaned_data["starts_on"], "The first day")

    def clean_ends_on(self):
        return self._not_past(self.cleaned_data["ends_on"], "The last day")

    def _not_past(self, on, what):
        today = timezone.localdate()
        if on < today:
            raise ValidationError(f"{what} must be today or later")
        if on.year > today.year + YEARS_AHEAD:
            raise ValidationError(f"{what} must be within the next two years")
        return on

    def clean(self):
        given = super().clean()
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day must be on or after the first day")
        return given

    @classmethod
    def is_answered(cls, draft):
        return bool(draft.starts_on and draft.ends_on) and draft.ends_on >= timezone.localdate()

    @classmethod
    def shown(cls, draft):
        if not (draft.starts_on and draft.ends_on):
            return ""
        return f"{draft.starts_on:%-d %B %Y} to {draft.ends_on:%-d %B %Y}"


class UrgencyQuestion(Question):
    step, title, label = "urgency", "How urgent is it?", "How urgent"
    urgency = forms.ChoiceField(
        label=title,
        choices=SupportRequest.Urgency,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how urgent it is"},
    )

    @classmethod
    def shown(cls, draft):
        return draft.get_urgency_display()


class GoalQuestion(Question):
    step, title, label = "goal", "Is it part of a goal or a plan?", "Goal and plan"
    goal = forms.CharField(
        label="Appraisal or CPD goal",
        help_text=f"The goal that the support serves. {NO_NAMES}",
        max_length=200,
        required=False,
    )
    plan = forms.CharField(
        label="The department's or school's plan",
        help_text="For example: school development plan, priority 2",
        max_length=200,
        required=False,
    )

    @classmethod
    def shown(cls, draft):
        return "\n".join(filter(None, [draft.goal, draft.plan]))


class PersonQuestion(Question):
    """Asked of the head only: who is supported is not a delegate's to name or to show."""

    step, title, label = "person", "Is the support for one person?", "Supported person"
    supported_person = forms.CharField(
        label="Name of the person",
        help_text="Leave it empty if the support is for a team or the whole school.",
        max_length=120,
        required=False,
    )
    delegates_see_person = forms.BooleanField(label="People who act for you may see the name", required=False)

    def answers(self):
        name = self.cleaned_data["supported_person"]
        return {
            "supported_person": name,
            "delegates_see_person": bool(name and self.cleaned_data["delegates_see_person"]),
        }

    @classmethod
    def shown(cls, draft):
        if not draft.supported_person:
            return ""
        seen = "People who act for the headteacher may see it" if draft.delegates_see_person else "Confidential"
        return f"{draft.supported_person}\n{seen}"
