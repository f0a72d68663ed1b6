from typing import Any

from django import forms

from .once import new_key


class KeyedForm(forms.Form):
    """A form that acts. Its hidden key makes a second sending be answered with the first one's result."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_key)


class AskAgainForm(KeyedForm):
    """A form that asks once more, with a box to tick, about what is allowed but may be a slip."""

    all_the_same = ""  # the box's label

    def ask_again(self, doubt: str) -> None:
        """For the end of clean(): `doubt` says what is unusual, or is empty."""
        if doubt:
            self.fields["all_the_same"] = forms.BooleanField(label=self.all_the_same, required=False)
            if not self["all_the_same"].data:
                self.add_error("all_the_same", doubt)


class ReasonForm(KeyedForm):
    """A form that asks only why; the view gives the label."""

    reason = forms.CharField(
        max_length=300, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "Enter a reason"}
    )

    def __init__(self, *args: Any, label: str = "Reason", hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label, hint
