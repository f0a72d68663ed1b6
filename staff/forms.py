"""Forms of coming in. Those of the portal's pages are in exchange/forms."""

from allauth.usersessions.adapter import get_adapter as sessions_adapter
from allauth.usersessions.forms import ManageUserSessionsForm
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib.auth import password_validation

from .models import Person, User


class JoinForm(forms.Form):
    """A name and a password, for somebody new."""

    name = forms.CharField(
        max_length=120, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As your colleagues know it",
    )  # fmt: skip
    password1 = forms.CharField(
        label="Password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 8 characters. Three words that do not belong together are easy to remember",
    )  # fmt: skip
    password2 = forms.CharField(
        label="Password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self):
        data = super().clean()
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords are not the same")
        if first:
            somebody = User(email=self.email, person=Person(name=data.get("name", "")))
            try:
                password_validation.validate_password(first, somebody)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data


class EndSessionsForm(ManageUserSessionsForm):
    """Signs out in one other browser, or in all others where none is named."""

    session = forms.ModelChoiceField(UserSession.objects.none(), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = UserSession.objects.filter(user=self.request.user)
        self.fields["session"].queryset = own.exclude(session_key=self.request.session.session_key)

    def save(self, request):
        chosen = self.cleaned_data["session"]
        if chosen:
            sessions_adapter().end_sessions([chosen])
        else:
            super().save(request)
