from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta

from bank.models import Account
from exchange import actions
from staff.models import Mail, SystemLeader
from tests import factories
from tests.exchange.cases import an_offer, look, make_cast, send, url_of
from tests.exchange.work_cases import TODAY, offered


def test_it_agrees_with_the_exit_plan(client, cast):
    commission = offered(cast)
    send(client, cast.head, url_of("agree", commission), exit_plan="The subject lead goes on")
    commission.refresh_from_db()
    assert (commission.receiving_yes_by, commission.exit_plan) == (cast.head, "The subject lead goes on")


def test_the_third_yes_holds_the_days(client, cast):
    commission = offered(cast)
    actions.agreements.accept(commission=commission, by=cast.lead)
    actions.agreements.release(commission=commission, by=cast.home_head)
    send(client, cast.head, url_of("agree", commission), exit_plan="The subject lead")
    commission.refresh_from_db()
    assert (commission.status, Account.objects.get(school=cast.asking).held) == ("agreed", 500)


def test_it_shows_what_remains_after_the_hold(client, cast):
    page = look(client, cast.head, url_of("agree", offered(cast)))
    assert (page.context["available"], page.context["remains"]) == (1000, 500)
    assert "Available after you agree" in page.content.decode()


def test_it_says_when_the_limit_would_be_passed(client, db):
    cast = make_cast(limit=-200)
    commission = offered(cast)
    page = look(client, cast.head, url_of("agree", commission))
    assert page.context["remains"] == -300
    assert "Ask the coordinator to override it" in page.content.decode()


def test_it_says_who_pays_the_travel_once_the_home_school_has_said_so(client, cast):
    commission = offered(cast)
    to_come = "Birchwood says who pays the travel when it releases"
    page = look(client, cast.head, url_of("agree", commission)).content.decode()
    assert to_come in page
    assert "Travel is paid by" not in page
    actions.agreements.release(commission=commission, by=cast.home_head, travel_payer="receiving")
    page = " ".join(look(client, cast.head, url_of("agree", commission)).content.decode().split())
    assert to_come not in page
    row = page[page.index("Travel is paid by") :]
    assert "The receiving school" in row[: row.index("</div>")]


@pytest.mark.parametrize("travel_payer", ["receiving", ""])
def test_who_pays_the_travel_is_told_when_the_home_school_says_so_last(cast, travel_payer):
    commission = offered(cast)
    actions.agreements.agree(commission=commission, by=cast.head)
    actions.agreements.accept(commission=commission, by=cast.lead)
    actions.agreements.release(commission=commission, by=cast.home_head, travel_payer=travel_payer)
    mail = Mail.objects.get(to=cast.head.email, subject__endswith=": agreed")
    assert ("The receiving school pays the travel." in mail.text) == bool(travel_payer)


def test_it_warns_without_the_safeguarding_date(client, cast):
    commission = an_offer(cast, leader=factories.leader_at(cast.giving, confirmed=False))
    page = look(client, cast.head, url_of("agree", commission)).content.decode()
    assert "has not confirmed the DBS and safeguarding checks" in page


@pytest.mark.parametrize("page", ["accept", "release", "agree", "commission"])
def test_it_shows_the_safeguarding_date_and_whether_it_is_to_be_renewed(client, cast, page):
    commission = offered(cast)
    user = {"accept": cast.lead, "release": cast.home_head}.get(page, cast.head)
    oldest = TODAY() - relativedelta(years=3)
    for on, renew in ((oldest, ""), (oldest - timedelta(days=1), ", to be renewed")):
        SystemLeader.objects.update(safeguarding_confirmed_on=on)
        words = look(client, user, url_of(page, commission)).content.decode()
        assert f"Confirmed on {on:%-d %B %Y}{renew}" in words
        assert ("to be renewed" in words) == bool(renew)


def test_a_delegate_agrees_for_the_head(client, cast):
    commission = offered(cast)
    delegate = factories.delegate_of(cast.asking, cast.head, "agree")
    send(client, delegate, url_of("agree", commission), exit_plan="The subject lead")
    assert commission.events.get(verb="agree").who == f"{delegate} for {cast.head}"
