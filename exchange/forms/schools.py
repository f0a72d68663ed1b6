import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q

from portal.fields import DayMonthYearField
from portal.forms import KeyedForm
from schools import calendar
from schools.models import Alliance, Phase
from staff.models import LeaderType, Person, Post, Specialism, SystemLeader, checks_hold_from

from ..models import Commission

# Leaders ---------------------------------------------------------------------------------------


class TickFilter(django_filters.Filter):
    """A box to tick. The library's own has three states, and counts an empty form as filtered."""

    field_class = forms.BooleanField


class LeaderFilter(django_filters.FilterSet):
    """Over leaders annotated by the directory."""

    text = django_filters.CharFilter(label="Name, school or subject", method="containing")
    specialism = django_filters.ModelChoiceFilter(
        field_name="specialisms",
        queryset=Specialism.objects.filter(is_active=True).order_by("name"),
        label="Specialism",
        empty_label="Any",
    )
    phase = django_filters.ChoiceFilter(
        field_name="phases__phase", choices=Phase.to_choose(), label="Phase", empty_label="Any"
    )
    type = django_filters.ModelChoiceFilter(queryset=LeaderType.objects.filter(is_active=True), empty_label="Any")
    room = TickFilter(label="With days left this year", method="with_days_left")

    class Meta:
        model = SystemLeader
        fields: list[str] = []

    def containing(self, leaders, name, text):
        by_specialism = SystemLeader.objects.filter(specialisms__name__icontains=text).values("pk")
        return leaders.filter(
            Q(person__name__icontains=text)
            | Q(home_name__icontains=text)
            | Q(about__icontains=text)
            | Q(pk__in=by_specialism)
        )

    def with_days_left(self, leaders, name, wanted):
        return leaders.filter(days_left__gt=0, is_available=True) if wanted else leaders


class SafeguardingForm(KeyedForm):
    on = DayMonthYearField(
        label="When were the checks last confirmed?", help_text="The date in your single central record"
    )

    def clean_on(self):
        on, today = self.cleaned_data["on"], calendar.today()
        if on > today:
            raise forms.ValidationError("The date must be today or in the past")
        if on < checks_hold_from():
            raise forms.ValidationError(
                "The checks are more than 3 years old: renew them first, then enter the new date"
            )
        return on


class NominateForm(KeyedForm):
    """Somebody of the school from the list, or, with the list left empty, a new person."""

    person = forms.ModelChoiceField(
        Person.objects.none(), required=False, label="Who do you nominate?", empty_label="Somebody who is not listed"
    )
    name = forms.CharField(max_length=120, required=False, label="Name", help_text="Only if they are not listed")
    email = forms.EmailField(required=False, label="Email address", help_text="Only if they are not listed")
    title = forms.ChoiceField(
        choices=Post.Title, initial=Post.Title.TEACHER, required=False, label="Post",
        help_text="Only if they are not listed",
    )  # fmt: skip
    type = forms.ModelChoiceField(
        LeaderType.objects.filter(is_active=True), label="Type of leader", empty_label="Choose a type"
    )
    specialisms = forms.ModelMultipleChoiceField(
        Specialism.objects.filter(is_active=True), widget=forms.CheckboxSelectMultiple, label="Specialisms"
    )
    phases = forms.MultipleChoiceField(choices=Phase.to_choose(), widget=forms.CheckboxSelectMultiple, label="Phases")
    about = forms.CharField(
        max_length=1500,
        widget=forms.Textarea,
        label="What can they help with?",
        help_text="Other schools read this in the directory",
        error_messages={"required": "Enter what they can help with"},
    )
    alliance = forms.ModelChoiceField(
        Alliance.objects.none(),
        label="Which alliance decides?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Select the alliance that decides"},
    )

    def __init__(self, *args, people, alliances, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.fields["alliance"].queryset = alliances
        self.fields["type"].label_from_instance = lambda type: type.name
        self.fields["specialisms"].choices = _by_group(Specialism.objects.filter(is_active=True))
        if len(alliances) == 1:
            # One alliance is no question.
            self.fields["alliance"].widget = forms.HiddenInput()
            self.initial["alliance"] = alliances[0]

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if email and Person.objects.filter(Q(email__iexact=email) | Q(user__email=email)).exists():
            raise forms.ValidationError(
                "Somebody with this address is known already: choose them from the list, or ask your coordinator "
                "to add their post at your school"
            )
        return email

    def clean(self):
        data = super().clean()
        if not data.get("person"):
            if not data.get("name"):
                self.add_error("name", "Choose somebody from the list, or enter a name")
            if not data.get("email") and "email" not in self.errors:
                self.add_error("email", "Choose somebody from the list, or enter an email address")
        elif data.get("name") or data.get("email"):
            self.add_error("person", "Choose somebody from the list or enter a new person, not both")
        return data

    @property
    def new_person(self):
        return {
            "name": self.cleaned_data["name"],
            "email": self.cleaned_data["email"],
            "title": self.cleaned_data["title"] or Post.Title.TEACHER,
        }


def _by_group(specialisms):
    """Choices under the names of their groups."""
    groups = {}
    for specialism in specialisms:
        groups.setdefault(specialism.group, []).append((specialism.pk, specialism.name))
    return list(groups.items())


# Delegation ------------------------------------------------------------------------------------


# The school ------------------------------------------------------------------------------------


class SchoolDetailsForm(KeyedForm):
    telephone = forms.CharField(
        max_length=30,
        required=False,
        label="Telephone",
        validators=[RegexValidator(r"^[0-9 ()+x-]+$", "Enter a telephone number, for example 01632 960 001")],
    )
    arrival = forms.CharField(
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        label="Arriving at the school",
        help_text="Parking, the entrance and where to sign in. Leaders who visit you see this",
    )


class StatementForm(forms.Form):
    """Which alliance's bank, and which period. The view takes care of alliances one may not see."""

    alliance = forms.ChoiceField(label="Alliance")
    year = forms.ChoiceField(label="Period")

    def __init__(self, *args, alliances, periods, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["alliance"].choices = [(alliance.slug, alliance.name) for alliance in alliances]
        self.fields["year"].choices = [(name, period.label) for name, period in periods.items()]
        if len(alliances) < 2:
            self.fields["alliance"].widget = forms.HiddenInput()


class CommissionFilter(django_filters.FilterSet):
    """Over the commissions of one school, which the view passes in."""

    DIRECTIONS = [("received", "Support received"), ("given", "Support given")]

    direction = django_filters.ChoiceFilter(
        choices=DIRECTIONS, label="Received or given", empty_label="Both", method="in_direction"
    )
    status = django_filters.ChoiceFilter(choices=Commission.Status.choices, label="Status", empty_label="Any")
    text = django_filters.CharFilter(label="Subject, school, leader or reference", method="containing")

    class Meta:
        model = Commission
        fields: list[str] = []

    def __init__(self, *args, school, **kwargs):
        super().__init__(*args, **kwargs)
        self.school = school

    def in_direction(self, commissions, name, direction):
        side = "receiving_school" if direction == "received" else "giving_school"
        return commissions.filter(**{f"legs__{side}": self.school})

    def containing(self, commissions, name, text):
        number = text.upper().removeprefix("C-").lstrip("0")
        found = (
            Q(support_request__specialism__name__icontains=text)
            | Q(support_request__school__name__icontains=text)
            | Q(home_school__name__icontains=text)
            | Q(leader__person__name__icontains=text)
        )
        # More digits than any reference has would pass the database's integers.
        if number.isascii() and number.isdigit() and len(number) < 10:
            found |= Q(pk=int(number))
        return commissions.filter(found)
