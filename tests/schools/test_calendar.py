from datetime import date

import pytest

from schools import calendar

CLOSURES = [(first, last) for _, first, last in calendar.default_closures(2026)]


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (date(2026, 8, 31), 2025),
        (date(2026, 9, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
        (date(2027, 8, 31), 2026),
        (date(2027, 9, 1), 2027),
    ],
)
def test_an_academic_year_runs_from_september_to_august(on, year):
    assert calendar.year_of(on) == year
    assert calendar.first_day(year) <= on <= calendar.last_day(year)


def test_an_academic_year_is_named_by_both_years():
    assert calendar.label(2026) == "2026 to 2027"


def test_an_offer_of_20_july_2027_does_not_lapse_before_september():
    assert calendar.add_days(date(2027, 7, 20), 7, CLOSURES) == date(2027, 9, 6)


def test_a_visit_logged_on_19_july_is_not_confirmed_by_the_clock_in_august():
    assert calendar.add_days(date(2027, 7, 19), 14, CLOSURES) == date(2027, 9, 12)


def test_a_clock_may_run_out_on_the_last_day_before_a_closure():
    assert calendar.add_days(date(2027, 7, 20), 1, CLOSURES) == date(2027, 7, 21)


def test_a_clock_started_in_a_closure_runs_from_its_end():
    assert calendar.add_days(date(2027, 8, 10), 1, CLOSURES) == date(2027, 9, 1)


def test_without_closures_every_day_counts():
    assert calendar.add_days(date(2027, 7, 20), 7) == date(2027, 7, 27)


@pytest.mark.parametrize("add", [calendar.add_days, calendar.add_working_days])
def test_no_days_run_out_at_once(add):
    assert add(date(2027, 8, 10), 0, CLOSURES) == date(2027, 8, 10)


def test_working_days_leave_out_the_weekend():
    assert calendar.add_working_days(date(2026, 9, 11), 2) == date(2026, 9, 15)


def test_working_days_leave_out_bank_holidays():
    # Good Friday is 26 March 2027, Easter Monday the 29th.
    assert calendar.add_working_days(date(2027, 3, 25), 1) == date(2027, 3, 30)


def test_a_bank_holiday_at_the_weekend_is_kept_on_its_substitute_day():
    # 26 December 2026 is a Saturday.
    assert not calendar.is_working_day(date(2026, 12, 28))
    assert calendar.is_working_day(date(2026, 12, 29))


def test_working_days_leave_out_closures():
    assert calendar.add_working_days(date(2026, 12, 18), 1, CLOSURES) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 12, 25), "a day on which schools are shut"),
        (date(2026, 9, 12), "a Saturday"),
        (date(2026, 9, 13), "a Sunday"),
        (date(2027, 5, 3), "a bank holiday"),
        (date(2026, 9, 14), ""),
    ],
)
def test_why_a_day_is_no_day_of_school(on, words):
    assert calendar.no_school_on(on, CLOSURES) == words


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [
        (2023, date(2024, 3, 24), date(2024, 4, 7)),
        (2024, date(2025, 4, 13), date(2025, 4, 27)),
        (2026, date(2027, 3, 21), date(2027, 4, 4)),
    ],
)
def test_the_easter_closure_is_a_week_either_side_of_easter_sunday(year, first, last):
    assert calendar.default_closures(year)[1] == ("Easter", first, last)


def test_the_default_closures_lie_in_their_academic_year_in_order():
    days = [day for _, first, last in calendar.default_closures(2026) for day in (first, last)]
    assert days == sorted(days)
    assert {calendar.year_of(day) for day in days} == {2026}


@pytest.mark.parametrize(
    ("on", "weeks"), [(date(2027, 8, 31), 0), (date(2027, 8, 25), 0), (date(2027, 8, 24), 1), (date(2026, 9, 1), 52)]
)
def test_it_counts_the_whole_weeks_left_of_the_year(on, weeks):
    assert calendar.weeks_left(on) == weeks


@pytest.mark.parametrize(
    ("on", "weeks"), [(date(2027, 8, 10), 0), (date(2027, 7, 15), 0), (date(2027, 7, 14), 1), (date(2026, 9, 1), 42)]
)
def test_weeks_in_which_schools_are_shut_do_not_count(on, weeks):
    assert calendar.weeks_left(on, CLOSURES) == weeks


def test_a_clock_that_stood_still_over_the_summer_lost_only_days_of_term():
    summer = [(date(2027, 7, 22), date(2027, 8, 31))]
    assert calendar.days_between(date(2027, 7, 20), date(2027, 9, 1), summer) == 2
    assert calendar.days_between(date(2027, 3, 5), date(2027, 3, 20)) == 15
    assert calendar.days_between(date(2027, 3, 5), date(2027, 3, 5)) == 0
