from django import forms

from portal.forms import KeyedForm

from ..models import Evaluation

QUESTIONS = {
    Evaluation.Side.RECEIVING: "How was the support?",
    Evaluation.Side.GIVING: "How did the work go?",
}


class EvaluationForm(KeyedForm):
    """One side's view: where each outcome stands now, what shows it, and a rating."""

    evidence = forms.CharField(
        label="What shows it?",
        max_length=3000,
        widget=forms.Textarea,
        error_messages={"required": "Enter what shows it"},
    )
    gained = forms.CharField(
        label="What did the home school gain?",
        required=False,
        max_length=2000,
        help_text="For example, something the leader brought back",
        widget=forms.Textarea,
    )
    rating = forms.TypedChoiceField(coerce=int, choices=Evaluation.Rating.choices, widget=forms.RadioSelect)
    flagged = forms.BooleanField(
        label="Ask the coordinator to look at this",
        required=False,
        help_text="The coordinator will talk to you. A rating of poor or very poor does this by itself.",
    )

    def __init__(self, *args, outcomes, side, **kwargs):
        super().__init__(*args, **kwargs)
        self.outcomes = outcomes
        self.fields["rating"].label = QUESTIONS[side]
        if side == Evaluation.Side.RECEIVING:
            del self.fields["gained"]
        for outcome in outcomes:
            self.fields[f"score_{outcome.pk}"] = self._score(outcome)
        self.order_fields([f"score_{outcome.pk}" for outcome in outcomes])

    def _score(self, outcome):
        message = "Enter a whole number from 0 to 10"
        return forms.IntegerField(
            label=outcome.text,
            help_text=f"At the start: {outcome.baseline}. Now, from 0 (not at all) to 10 (fully)?",
            min_value=0,
            max_value=10,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), message),
        )

    def scores(self):
        """{outcome: end score}."""
        return {outcome: self.cleaned_data[f"score_{outcome.pk}"] for outcome in self.outcomes}


class ResolveForm(KeyedForm):
    resolution = forms.CharField(
        label="What was found, and what was done",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Enter what was found, and what was done"},
    )


class FindingsForm(KeyedForm):
    findings = forms.CharField(
        label="What did you find?",
        max_length=5000,
        help_text="Leave out names of pupils and staff.",
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    no_further_support = forms.BooleanField(label="The school needs no further support", required=False)
