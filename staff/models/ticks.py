from django.db import models
from django.utils import timezone


class Tick(models.Model):
    """When something that runs by the clock ran last. One row a name; told apart by it, whether beat is off."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    def __str__(self):
        return self.name

    @classmethod
    def now(cls, name):
        cls.objects.update_or_create(name=name, defaults={"at": timezone.now()})
