from staff.errors import Refused

__all__ = ["Refused", "SomebodyFaster"]


class SomebodyFaster(Refused):
    def __init__(self, thing):
        super().__init__(
            "Somebody else was faster than you: this has changed since you opened the page.",
            thing.get_absolute_url(),
            "See how it stands now",
        )
