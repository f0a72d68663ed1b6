"""No text of a case holds the supported person's name, whoever writes it and however it is written."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from exchange.models import (
    Charge,
    Clarification,
    Commission,
    Concern,
    Evaluation,
    Event,
    NameViewing,
    Outcome,
    Pause,
    SupportRequest,
    Variation,
    Visit,
)
from exchange.models.texts import CaseCharField, CaseModel, CaseQuerySet, CaseText
from portal import status
from tests.exchange.cases import a_request, an_offer

pytestmark = pytest.mark.slow

PERSON = "Nora Quill"
SAID = "Ask Mrs Quill"
STORED = "Ask a member of staff"
NO_CASE_TEXT = {  # texts of a case that may hold the name, with the reason
    "SupportRequest.supported_person": "it is the name",
    "SupportRequest.need": "its writer is told before it is sent, and writes it anew",
    "SupportRequest.goal": "as the need",
    "SupportRequest.plan": "as the need",
    "Event.old": "a word of the code",
    "Event.new": "a word of the code",
}


def leads_to_case(model, seen=()):
    """Whether a key of the model, or a key of what that leads to, is a request."""
    if model is SupportRequest:
        return True
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    found = {key.related_model for key in keys} - {model, *seen}
    return any(leads_to_case(each, (model, *seen)) for each in found)


def is_text(field):
    return isinstance(field, models.CharField | models.TextField) and not field.choices


OF_CASES = [model for model in apps.get_models() if leads_to_case(model)]
TEXTS = [(model, field) for model in OF_CASES for field in model._meta.concrete_fields if is_text(field)]
CASE_TEXTS = [(model, field.name) for model, field in TEXTS if isinstance(field, CaseText)]
TABLES = status.tables
MOVED = [(model, name) for model, name in CASE_TEXTS if model._meta.label in TABLES and name != "reason"]


def test_every_text_of_a_case_is_of_the_type_that_loses_the_name():
    """What fails here becomes a CaseTextField or CaseCharField of a CaseModel."""
    others = {f"{model.__name__}.{field.name}" for model, field in TEXTS if not isinstance(field, CaseText)}
    assert others == set(NO_CASE_TEXT)


@pytest.mark.parametrize("model", dict(CASE_TEXTS))
def test_its_model_leads_to_the_case_and_updates_as_one(model):
    assert issubclass(model, CaseModel)
    assert isinstance(model._default_manager.all(), CaseQuerySet)
    assert model._meta.managers == (model._default_manager,)


# Written in each way --------------------------------------------------------------------------------


def a_row_of(model, cast, person=PERSON):
    request = a_request(cast, supported_person=person)
    commission = an_offer(cast, request)
    today, user = timezone.localdate(), cast.head
    dates = {"starts_on": today, "ends_on": today + timedelta(days=30)}
    leg = {"leg": commission.leg, "days": 100}
    evaluation = {"commission": commission, "side": "receiving", "rating": 4, "by": user}
    charge = {"alliance": cast.alliance, "number": Charge.objects.count() + 1, "school": cast.asking}
    charge |= {"home_school": cast.giving, **dict.fromkeys(("work", "brokerage", "home_share", "vat", "total"), 0)}
    facts = {
        Outcome: {"support_request": request, "baseline": 3},
        Clarification: {"support_request": request, "asked_by": user},
        NameViewing: {"support_request": request, "by": user, "role": "head"},
        Event: {"support_request": request, "verb": "assign"},
        Variation: {**leg, **dates, "proposed_by": user},
        Visit: {**leg, "on": today, "arrival_time": "09:00", "planned_by": user},
        Evaluation: evaluation,
        Pause: {"commission": commission, "by": user},
        Charge: {"commission": commission, **charge},
    }
    if model is Commission:
        return commission
    if model is Concern:
        return Concern.objects.create(commission=commission, evaluation=Evaluation.objects.create(**evaluation))
    return model.objects.create(**facts[model])


def save(row, name):
    setattr(row, name, SAID)
    row.save()


def save_one_field(row, name):
    setattr(row, name, SAID)
    row.save(update_fields=[name])


def without(row):
    """The row is gone from its table, so that it can be written anew."""
    type(row)._base_manager.filter(pk=row.pk)._raw_delete(connection.alias)
    return row


def create(row, name):
    facts = {field.attname: getattr(without(row), field.attname) for field in row._meta.concrete_fields}
    type(row).objects.create(**facts | {name: SAID})


def bulk_create(row, name):
    setattr(row, name, SAID)
    type(row).objects.bulk_create([without(row)])


def update(row, name):
    assert type(row).objects.filter(pk=row.pk).update(**{name: SAID}) == 1


@pytest.mark.parametrize("write", [save, save_one_field, create, bulk_create, update])
@pytest.mark.parametrize(("model", "name"), CASE_TEXTS)
def test_it_is_stored_without_the_name(cast, model, name, write):
    row = a_row_of(model, cast)
    write(row, name)
    assert model.objects.values_list(name, flat=True).get(pk=row.pk) == STORED


@pytest.mark.parametrize(("model", "name"), MOVED)
def test_a_move_stores_it_without_the_name_and_has_it_so_in_hand(cast, model, name):
    row = a_row_of(model, cast)
    facts = {Commission: {"ended_at": timezone.now()}, Charge: {"settled_at": timezone.now(), "settled_by": cast.head}}
    fields = {"settled_reason": "Paid"} if model is Charge else {}
    fields |= facts.get(model, {}) | {name: SAID}
    status.move(row, status.moves_of(model)[row.status][-1], by=None, verb="cancel", reason=SAID, **fields)
    assert Event.objects.get(verb="cancel").reason == STORED
    assert getattr(row, name) == STORED
    row.refresh_from_db()
    assert getattr(row, name) == STORED


@pytest.mark.parametrize(("model", "name"), CASE_TEXTS)
def test_one_update_of_several_cases_takes_each_ones_own_name(cast, model, name):
    rows = [a_row_of(model, cast, person) for person in (PERSON, "Ann Lee", "")]
    text = "Mrs Quill and Mr Lee"
    assert model.objects.filter(pk__in=[row.pk for row in rows]).update(**{name: text}) == 3
    for row, then in zip(rows, ("a member of staff and Mr Lee", "Mrs Quill and a member of staff", text), strict=True):
        row.refresh_from_db()
        assert getattr(row, name) == then


def test_an_update_that_moves_no_text_or_no_row_asks_no_more_than_before(cast, django_assert_num_queries):
    visit = a_row_of(Visit, cast)
    with django_assert_num_queries(1):
        Visit.objects.filter(pk=visit.pk).update(days=50, note="")
    assert Visit.objects.filter(pk=visit.pk, status="logged").update(note=SAID) == 0


def test_an_update_by_expression_is_refused(cast):
    visit = a_row_of(Visit, cast)
    visit.note = SAID
    for write in (
        lambda: Visit.objects.update(note=models.F("purpose")),
        lambda: Visit.objects.bulk_update([visit], ["note"]),
    ):
        with pytest.raises(TypeError, match="so that it can lose a name first"), transaction.atomic():
            write()
    visit.refresh_from_db()
    assert visit.note == ""


def test_what_no_longer_fits_is_cut(cast):
    row = a_row_of(Visit, cast, "Jo Li")
    Visit.objects.filter(pk=row.pk).update(purpose="x" * 194 + " Mr Li")
    row.refresh_from_db()
    assert row.purpose == "x" * 194 + " a mem"
    assert CaseCharField(max_length=9).without("See Mr Li", "Jo Li") == "See a mem"
