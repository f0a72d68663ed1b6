from portal.errors import Refused

from .models import Account


class BankError(Refused):
    """The bank refuses. The message stands beside a field as it is, and on a page as a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message}.")
        self.message = message

    def __str__(self) -> str:
        return self.message


class LimitReached(BankError):
    """A hold or a transfer would take an account below its floor."""

    def __init__(self, account: Account, amount: int = 0) -> None:
        self.account, self.amount = account, amount
        super().__init__(f"{account} has reached its limit")


class KeyReused(BankError):
    """The same idempotency key came with other facts."""


class YearClosed(BankError):
    """A movement is dated in a closed year."""
