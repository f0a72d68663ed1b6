from django.db import models
from django.utils import timezone

from bank.models import Account


class BandCrossing(models.Model):
    """When an account's balance left its alliance's band, or came back into it: where it stands is the latest row.

    Back it is also when agreed work will bring it back within the year.
    """

    class Side(models.IntegerChoices):
        LOW = -1, "Owes too much"
        WITHIN = 0, "Within the band"
        HIGH = 1, "Is owed too much"

    account = models.ForeignKey(Account, models.CASCADE, related_name="crossings")
    side = models.SmallIntegerField(choices=Side)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.account}: {self.get_side_display().lower()}"
