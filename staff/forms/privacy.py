from django import forms

from portal.forms import ReasonForm


class EraseForm(ReasonForm):
    field_order = ["reason", "sure"]
    sure = forms.BooleanField(
        label="I have read what will happen, and that it cannot be undone",
        error_messages={"required": "Confirm that you have read what will happen"},
    )
