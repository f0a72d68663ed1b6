"""Forms of a head who hands over rights, or invites a colleague."""

from django import forms

from portal.fields import DayMonthYearField
from portal.forms import KeyedForm
from schools import calendar

from ..models import Invitation, Post, Role, User
from ..rights import delegable


class HandOverForm(KeyedForm):
    email = forms.EmailField(
        label="Email address", help_text="Somebody at your school who signs in to the Support Exchange"
    )
    rights = forms.MultipleChoiceField(
        choices=delegable.items,
        widget=forms.CheckboxSelectMultiple,
        label="What may they do for you?",
        error_messages={"required": "Select what they may do for you"},
    )
    starts_on = DayMonthYearField(label="From", of="the first day", initial=calendar.today)
    ends_on = DayMonthYearField(
        label="Until",
        of="the last day",
        help_text="The last day. Leave empty for until you end it",
        required=False,
    )

    def __init__(self, *args, school, head, **kwargs):
        super().__init__(*args, **kwargs)
        self.school, self.head = school, head

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if email == self.head.email:
            raise forms.ValidationError("This is your own address: you hold all these rights already")
        self.user = User.objects.filter(email=email, is_active=True).first()
        if self.user is None or not self._works_here(self.user):
            raise forms.ValidationError(
                f"Nobody at {self.school} signs in with this address. "
                "Use “Invite a colleague” first, then let them act for you"
            )
        return email

    def _works_here(self, user):
        at_school = Role.objects.running().filter(user=user, school=self.school)
        return user.person.schools_on().filter(pk=self.school.pk).exists() or at_school.exists()

    def clean_starts_on(self):
        if self.cleaned_data["starts_on"] < calendar.today():
            raise forms.ValidationError("The first day must be today or later")
        return self.cleaned_data["starts_on"]

    def clean(self):
        data = super().clean()
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day must not be before the first")
        user = getattr(self, "user", None)
        if user and starts_on and self._acts_already(user, starts_on, ends_on):
            self.add_error("email", f"{user} acts for {self.school} in that time already: end that first")
        return data

    def _acts_already(self, user, starts_on, ends_on):
        delegations = Role.objects.filter(user=user, school=self.school, kind=Role.Kind.DELEGATE, ended_at=None)
        return any(role.overlaps(starts_on, ends_on) for role in delegations)


class EndDelegationForm(KeyedForm):
    pass


class InviteColleagueForm(KeyedForm):
    name = forms.CharField(max_length=120, label="Name")
    email = forms.EmailField(label="Email address", help_text="Their own address at school")
    title = forms.ChoiceField(
        label="Post", choices=[choice for choice in Post.Title.choices if choice[0] != Post.Title.HEADTEACHER]
    )

    def __init__(self, *args, school, **kwargs):
        super().__init__(*args, **kwargs)
        self.school = school

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if Invitation.objects.usable().filter(email=email, school=self.school).exists():
            raise forms.ValidationError("This address has been invited already")
        return email
