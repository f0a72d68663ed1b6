"""The chapter of the exchange: requests, the work on them, and days moved by decisions."""

from portal.chapters import Chapter, chapters

from . import deciding, history, plots, today
from .days import BRINK
from .story import OFFER_MADE_AFTER
from .telling import Telling


def of_exchange(stories):
    def tell(cast, days):
        return [_telling(story, cast, days, number) for number, story in enumerate(stories)]

    return Chapter(tell, _conclude)


def _telling(story, cast, days, number):
    if story.asked == BRINK:
        lapse_days = cast.alliance_of(story.school).policy().offer_lapse_days
        position = days.brink(lapse_days) - OFFER_MADE_AFTER
    else:
        position = days.today - story.asked
    telling = Telling(story, cast, days, position, number)
    telling.acts = plots.acts(telling)
    return telling


def _conclude(cast):
    deciding.close_years(cast)
    deciding.pay_first_charge(cast)


chapters.register("exchange", of_exchange([*history.STORIES, *today.STORIES]))
