"""Starting a request, and the questions of what is needed, one form each. The other questions are in terms."""

from itertools import groupby

from django import forms

from portal.forms import KeyedForm
from schools.models import Alliance, Phase
from staff.models import Specialism

from ..accounting.membership import alliances_to_ask
from ..models import SupportRequest

NO_NAMES = "Do not include names of pupils or staff."


class StartForm(KeyedForm):
    """Starts a draft. A school in several alliances says which one it asks."""

    alliance = forms.ModelChoiceField(
        Alliance.objects.none(),
        label="Which alliance do you want to ask?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Select the alliance you want to ask"},
    )

    def __init__(self, *args, alliances, **kwargs):
        super().__init__(*args, **kwargs)
        if len(alliances) == 1:
            del self.fields["alliance"]
        else:
            self.fields["alliance"].queryset = alliances


class Question(KeyedForm):
    """One page of the request. `title` heads it, `label` names it in a list of answers."""

    step, title, label = "", "", ""

    def __init__(self, *args, draft, **kwargs):
        self.draft = draft
        super().__init__(*args, initial=self.answers_of(draft), **kwargs)
        self.prepare()

    def prepare(self):
        """What depends on the draft."""

    @classmethod
    def answers_of(cls, draft):
        return {name: getattr(draft, name) for name in cls.base_fields if name != "key"}

    @classmethod
    def is_answered(cls, draft):
        return True

    def answers(self):
        """What to save, by the draft's fields."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class AllianceQuestion(Question):
    step, title, label = "alliance", "Which alliance do you want to ask?", "Alliance"
    alliance = forms.ModelChoiceField(
        Alliance.objects.none(),
        label=title,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Select the alliance you want to ask"},
    )

    def prepare(self):
        self.fields["alliance"].queryset = alliances_to_ask(self.draft.school)

    @classmethod
    def shown(cls, draft):
        return draft.alliance.name


class KindQuestion(Question):
    step, title, label = "kind", "What kind of support do you need?", "Kind of support"
    kind = forms.ChoiceField(
        label=title,
        choices=SupportRequest.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what kind of support you need"},
    )

    def answers(self):
        """Urgent help begins as urgent, and what is urgent help no more is not; the school can say otherwise."""
        kind, urgent = self.cleaned_data["kind"], SupportRequest.Kind.URGENT
        if kind == self.draft.kind or urgent not in (kind, self.draft.kind):
            return {"kind": kind}
        default = SupportRequest._meta.get_field("urgency").default
        return {"kind": kind, "urgency": SupportRequest.Urgency.URGENT if kind == urgent else default}

    @classmethod
    def is_answered(cls, draft):
        return bool(draft.kind)

    @classmethod
    def shown(cls, draft):
        return draft.get_kind_display()


class SpecialismQuestion(Question):
    step, title, label = "specialism", "Which area do you need support with?", "Area"
    specialism = forms.ModelChoiceField(
        Specialism.objects.none(),
        label=title,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Select the area you need support with"},
    )

    def prepare(self):
        field = self.fields["specialism"]
        field.queryset = Specialism.objects.filter(is_active=True)
        field.choices = [
            (group, [(row.pk, row.name) for row in rows])
            for group, rows in groupby(field.queryset, key=lambda row: row.group)
        ]

    @classmethod
    def answers_of(cls, draft):
        return {"specialism": draft.specialism_id}

    @classmethod
    def is_answered(cls, draft):
        return draft.specialism_id is not None

    @classmethod
    def shown(cls, draft):
        return draft.specialism.name if draft.specialism_id else ""


class PhaseQuestion(Question):
    step, title, label = "phase", "Which phase is it for?", "Phase"
    phase = forms.ChoiceField(
        label=title,
        choices=Phase.to_choose(),
        widget=forms.RadioSelect,
        error_messages={"required": "Select the phase"},
    )

    @classmethod
    def is_answered(cls, draft):
        return bool(draft.phase)

    @classmethod
    def shown(cls, draft):
        return draft.phase


class OutcomesQuestion(Question):
    """One to five outcomes, each with where the school stands now, from 0 to 10."""

    step, title, label = "outcomes", "What should be different afterwards?", "Outcomes"
    NUMBERS = range(1, 6)

    def prepare(self):
        outcomes = list(self.draft.outcomes.all())
        for number in self.NUMBERS:
            self.fields[f"text_{number}"] = forms.CharField(label=f"Outcome {number}", max_length=200, required=False)
            self.fields[f"baseline_{number}"] = forms.IntegerField(
                label="Where you stand now, from 0 to 10",
                required=False,
                min_value=0,
                max_value=10,
                error_messages={
                    "invalid": "Where you stand now must be a whole number from 0 to 10",
                    "min_value": "Where you stand now must be 0 or more",
                    "max_value": "Where you stand now must be 10 or less",
                },
            )
            if number <= len(outcomes):
                outcome = outcomes[number - 1]
                self.initial |= {f"text_{number}": outcome.text, f"baseline_{number}": outcome.baseline}
        self.fields["text_1"].help_text = "For example: fractions are taught with confidence in every class"

    def rows(self):
        return [(self[f"text_{number}"], self[f"baseline_{number}"]) for number in self.NUMBERS]

    @property
    def more_is_open(self):
        """Whether more than the first row has something in it."""
        return any(text.value() or baseline.value() or baseline.errors for text, baseline in self.rows()[1:])

    def clean(self):
        given = super().clean()
        for number in self.NUMBERS:
            text, baseline = given.get(f"text_{number}"), given.get(f"baseline_{number}")
            if text and baseline is None and f"baseline_{number}" not in self.errors:
                self.add_error(f"baseline_{number}", "Enter where you stand now, from 0 to 10")
            if not text and baseline is not None and f"text_{number}" not in self.errors:
                self.add_error(f"text_{number}", "Enter the outcome, or leave its number out")
        if not self.errors and not self.answers()["outcomes"]:
            self.add_error("text_1", "Enter at least one outcome")
        return given

    def answers(self):
        pairs = [(self.cleaned_data[f"text_{n}"], self.cleaned_data[f"baseline_{n}"]) for n in self.NUMBERS]
        return {"outcomes": [(text, baseline) for text, baseline in pairs if text]}

    @classmethod
    def is_answered(cls, draft):
        return draft.pk is not None and draft.outcomes.exists()

    @classmethod
    def shown(cls, draft):
        return "\n".join(f"{outcome.text} (now {outcome.baseline} of 10)" for outcome in draft.outcomes.all())


class NeedQuestion(Question):
    step, title, label = "need", "What do you need?", "What is needed"
    HINTS = {
        SupportRequest.Kind.DIAGNOSTIC: "What worries you, and what you have looked at so far.",
        SupportRequest.Kind.PEER: (
            "What you would like help with, and what your school can offer another school in return: "
            "the area, and who could give it."
        ),
        SupportRequest.Kind.COACHING: "What the coaching should be about, and how it would best take place.",
        SupportRequest.Kind.REVIEW: "What should be reviewed, and what the review will be used for.",
        SupportRequest.Kind.TRAINING: "What the training should cover, for how many people, and when they can meet.",
        SupportRequest.Kind.URGENT: "What has happened, and what has to be in place within two weeks.",
    }
    need = forms.CharField(
        label=title,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Enter what you need"},
    )

    def prepare(self):
        hint = self.HINTS.get(self.draft.kind, "Where you are, what you have tried, and what would help most.")
        self.fields["need"].help_text = f"{hint} {NO_NAMES}"

    @classmethod
    def is_answered(cls, draft):
        return bool(draft.need)

    @classmethod
    def shown(cls, draft):
        return draft.need
