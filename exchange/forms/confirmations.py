from portal.fields import DaysField
from portal.forms import AskAgainForm, ReasonForm
from portal.words import days_long

from ..models.visits import LONGEST


class SettleForm(AskAgainForm, ReasonForm):
    """How much of a disputed visit counts: from nothing to the agreed days that no other visit has used.

    More than the visit had is asked for once more.
    """

    all_the_same = "More days count than were logged"

    days = DaysField(
        label="How many days count?",
        min_value=0,
        help_text="In quarter-days. 0 means that the visit did not take place.",
    )

    field_order = ["key", "days", "reason"]

    def __init__(self, *args, logged, most, **kwargs):
        super().__init__(*args, label="Why?", hint="Both sides read this.", **kwargs)
        self.logged = logged
        self.fields["days"].max_value = min(most, LONGEST)

    def clean(self):
        cleaned = super().clean()
        days = cleaned.get("days") or 0
        is_more = days > self.logged
        self.ask_again(is_more and f"{days_long(days)} is more than was logged: {days_long(self.logged)}")
        return cleaned
