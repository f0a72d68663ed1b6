"""Each field of each model is classified, and docs/privacy.md says how."""

from django.core.management import call_command
from django.db import models

from portal import personal
from staff.privacy import page


def test_every_field_is_classified():
    """What fails here is put into the register: one word in the `privacy` of its app."""
    assert list(personal.unclassified()) == []


def test_a_field_that_nobody_has_classified_is_named(monkeypatch):
    fields = dict(personal._entries["staff.Person"].fields)
    del fields["telephone"]
    monkeypatch.setattr(personal._entries["staff.Person"], "fields", {**fields, "nickname": personal.NAME})
    assert list(personal.unclassified()) == [
        "staff.Person.telephone",
        "staff.Person.nickname is classified, but is no field",
    ]


def test_a_model_that_nobody_has_classified_is_named(monkeypatch):
    monkeypatch.delitem(personal._entries._items, "staff.LeaderPhase")
    names = ["staff.LeaderPhase.id", "staff.LeaderPhase.leader", "staff.LeaderPhase.phase"]
    assert list(personal.unclassified()) == names


def test_every_key_to_a_person_is_known_as_one():
    """Else neither the export nor erasing would find the rows."""
    for entry in personal.entries():
        for field in entry.model._meta.get_fields():
            is_key = isinstance(field, models.ForeignKey) and field.related_model._meta.label in personal.people
            if is_key:
                assert entry.fields[field.name] == personal.WHO, f"{entry.label}.{field.name}"


def test_no_two_fields_of_a_table_have_the_same_words():
    """Else one of them would be lost in the export."""
    for entry in personal.entries():
        fields = [entry.model._meta.get_field(name) for name, kind in entry.fields.items() if kind.is_exported]
        words = [str(field.verbose_name).lower() for field in fields]
        assert len(words) == len(set(words)), entry.label


def test_the_page_is_up_to_date(capsys):
    """`manage.py privacy_page > docs/privacy.md` writes it anew."""
    call_command("privacy_page")
    assert capsys.readouterr().out == page.PATH.read_text()
