from django.db.models import Model


class Refused(Exception):
    """An act that cannot be done now. The message is a sentence for the person who tried it.

    `next_url` and `next_label` say where to go on, and `stands` how the row stands now; the page shows them.
    """

    def __init__(self, sentence: str, next_url: str = "", next_label: str = "", stands: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.next_url, self.next_label, self.stands = sentence, next_url, next_label, stands


class SomebodyFaster(Refused):
    """Somebody else has changed the row since the page was opened."""

    def __init__(self, row: Model) -> None:
        super().__init__(
            "Somebody else was faster than you: this has changed since you opened the page.",
            row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
            "See how it stands now",
        )
