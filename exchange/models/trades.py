from django.db import models

from bank.models import Account


class TradeManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(kind=Account.Kind.CLEARING).select_related("alliance", "partner")

    def partners_of(self, alliance):
        """Ids of the alliances whose schools an alliance may ask, and that may ask its own."""
        return self.filter(partner=alliance).values("alliance")


class Trade(Account):
    """What an alliance has given to another one's schools and not had back, in the giver's own bank.

    Below zero it is owed to the giver. Hundredths of a day.
    """

    objects = TradeManager()

    class Meta:
        proxy = True

    def __str__(self):
        return f"{self.alliance} for {self.partner}"

    @property
    def cap(self):
        return -self.floor
