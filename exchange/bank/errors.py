class BankError(Exception):
    """The bank refuses; the message is a sentence for people."""


class LimitReached(BankError):
    """A hold or a transfer would take an account below its floor."""

    def __init__(self, account, amount=0):
        self.account, self.amount = account, amount
        super().__init__(f"{account} has reached its limit")


class KeyReused(BankError):
    """The same idempotency key came with other facts."""


class YearClosed(BankError):
    """A movement is dated in a closed year."""
