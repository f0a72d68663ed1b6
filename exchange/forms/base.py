from django import forms

from ..once import new_key


class KeyedForm(forms.Form):
    """A form that acts. Its hidden key makes a second sending be answered with the first one's result."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_key)


class ReasonForm(KeyedForm):
    """A form that asks only why; the view gives the label."""

    reason = forms.CharField(
        max_length=300, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "Enter a reason"}
    )

    def __init__(self, *args, label="Reason", hint="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label, hint
