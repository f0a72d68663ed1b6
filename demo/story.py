"""One row of the tables: what a school asks for, and what becomes of it."""

from dataclasses import dataclass

OFFER_MADE_AFTER = 3  # school days from the request to the offer


def hundredths(days):
    """ "1 0.5" -> (100, 50)"""
    return tuple(round(float(part) * 100) for part in days.split())


@dataclass(frozen=True)
class Story:
    """A request of a school and its work, asked so many school days ago (0: right now).

    A story goes on up to today and stands there, so what waits today follows from when it was asked:
    1 not looked at; 4 offered; 5 the leader has said yes; 7 agreed; 17 to 18 the first visit to log or
    to confirm; 19 the second visit to log, the next one planned; 21 to confirm; 25, of two visits, to
    evaluate. `until` lets it stand after an act, whenever it was asked.
    """

    school: str
    specialism: str
    visits: str
    leader: str
    asked: int | str
    kind: str = "specific"
    twist: str = ""
    until: str = ""
    alliance: str = ""
    urgency: str = "term"
    declined: tuple = ()  # (leader, reason) of offers that are declined first
    lapsed: str = ""  # the leader of an offer that nobody answers first
    second: tuple = ()  # another leader and visits: the days are split, or the second takes the rest
    package: tuple = ()  # after a diagnostic: (leader, visits)
    partner: str = ""  # peer to peer: the school that helps, and is helped
    back: str = ""  # peer to peer: the visits in return
    rating: int = 0  # the receiving head's; 0: good or very good
    person: str = ""  # a supported person, named in confidence

    @property
    def days(self):
        splits = self.second[1] if self.second and self.twist == "" else ""
        return sum(hundredths(f"{self.visits} {splits}"))


@dataclass(frozen=True)
class Movement:
    """Days moved by somebody's decision, so many school days ago: what for, and of which kind.

    An opening grant, a hosting credit (days hosted) or a common service is a coordinator's, a gift the
    head's; a gift goes to another school, or to the fund.
    """

    alliance: str
    kind: str
    school: str
    days: str
    asked: int
    reason: str
    to: str = ""
