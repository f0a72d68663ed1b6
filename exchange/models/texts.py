"""Texts of a case: what more people read than may know the supported person never holds that person's name."""

from collections import defaultdict
from functools import reduce
from typing import TypeVar

from django.db import models, transaction

from portal.names import Name

Case = TypeVar("Case", bound=models.Model, covariant=True)
REDACTED = "a member of staff"


def redacted(text, person):
    """A text without a person's name."""
    return Name(person).pattern.sub(REDACTED, text) if person.strip() else text


class CaseText:
    """A field that loses the supported person's name whenever its row is written."""

    def pre_save(self, instance, add):
        text = super().pre_save(instance, add)
        if text:
            text = self.without(text, instance.support_case.supported_person)
            setattr(instance, self.attname, text)
        return text

    def without(self, text, person):
        """What stands for a name can be longer than the name: what no longer fits is cut."""
        return redacted(text, person)[: self.max_length]


class CaseTextField(CaseText, models.TextField):
    pass


class CaseCharField(CaseText, models.CharField):
    pass


class CaseQuerySet(models.QuerySet[Case]):
    """Rows of cases; an update of many at once passes no text by its field's `pre_save`."""

    def update(self, **values):
        fields = [self.model._meta.get_field(name) for name in values]
        texts = {field.name: values[field.name] for field in fields if isinstance(field, CaseText)}
        if not all(isinstance(text, str) for text in texts.values()):
            raise TypeError("A text of a case is written as it will be read, so that it can lose a name first.")
        if not any(texts.values()):
            return super().update(**values)
        return self._update_redacted(values, texts)

    def _update_redacted(self, values, texts):
        """One statement where all rows get the same texts, so that it can claim a row as any other update."""
        get_field, groups = self.model._meta.get_field, defaultdict(list)
        for pk, person in self.order_by().values_list("pk", f"{self.model.PATH_TO_CASE}__supported_person"):
            groups[tuple(get_field(name).without(text, person) for name, text in texts.items())].append(pk)
        with transaction.atomic(using=self.db, savepoint=False):
            changed = 0
            for new, keys in groups.items():
                rows = self if len(groups) == 1 else self.filter(pk__in=keys)
                changed += super(CaseQuerySet, rows).update(**values | dict(zip(texts, new, strict=True)))
            return changed


class CaseModel(models.Model):
    """A row of a case, written under the name of its request: `PATH_TO_CASE` leads there."""

    PATH_TO_CASE = "support_request"

    objects = CaseQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def support_case(self):
        return reduce(getattr, self.PATH_TO_CASE.split("__"), self)
