"""Forms of coming in. Those of the portal's pages are in exchange/forms."""

import logging

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.usersessions.adapter import get_adapter as sessions_adapter
from allauth.usersessions.forms import ManageUserSessionsForm
from allauth.usersessions.models import UserSession
from cryptography.fernet import InvalidToken
from django import forms
from django.contrib.auth import password_validation

from ..models import Person, User

logger = logging.getLogger(__name__)


class JoinForm(forms.Form):
    """A name and a password, for somebody new; a password for a person who is here already under a name."""

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

    def __init__(self, *args, email, person=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.email, self.person = email, person
        if person:
            del self.fields["name"]

    def clean(self):
        data = super().clean()
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords are not the same")
        if first:
            somebody = User(email=self.email, person=self.person or Person(name=data.get("name", "")))
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


class Readable:
    """Where no key reads somebody's second factor any more, no code is right."""

    def clean_code(self):
        try:
            return super().clean_code()
        except InvalidToken:
            logger.error("No key reads the second factor of user %s: see SECRET_KEY_FALLBACKS", self.user.pk)
            raise get_adapter().validation_error("incorrect_code") from None


class CodeForm(Readable, AuthenticateForm):
    """The second step at sign-in."""


class CodeAgainForm(Readable, ReauthenticateForm):
    """The same, asked for before something sensitive."""
