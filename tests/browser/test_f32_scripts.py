"""The pages with most of people's text, in a real browser: nothing runs, and the policy has nothing to report."""

from django.urls import reverse

from tests.exchange import work_cases
from tests.exchange.cases import a_request, make_cast
from tests.rights.payloads import MARK, poison


def test_f32_nothing_runs_in_a_browser(visit):
    cast = make_cast(limit=-20000)
    commission = work_cases.evaluated_by_school(cast, rating=1)
    asked = a_request(cast, status="submitted")
    poison(5)
    head, coordinator = visit(cast.head), visit(cast.coordinator)
    for visitor, addresses in (
        (head, [commission.get_absolute_url(), asked.get_absolute_url(), f"/schools/{cast.asking.pk}/details/"]),
        (coordinator, [reverse("exchange:concerns", args=["netherby"]), reverse("admin:exchange_visit_changelist")]),
    ):
        for address in addresses:
            assert visitor.page.goto(address).status == 200
            assert MARK in visitor.page.inner_text("body")
            assert visitor.page.evaluate(f"typeof {MARK}") == "undefined"
            assert visitor.page.locator("iframe, object, embed, base, [onload], [onerror], [onfocus]").count() == 0
        assert visitor.noise == []
