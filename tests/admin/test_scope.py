"""A coordinator sees the rows of the own alliance, wherever the admin shows rows."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from bank.models import Transfer
from staff.models import Mail, Role, User
from staff.scope import OwnRows, Scoped
from tests.admin.cases import SECRET, draft

pytestmark = pytest.mark.slow

SITE = admin.site
MODELS = sorted(
    (model for model, model_admin in SITE._registry.items() if isinstance(model_admin, Scoped)),
    key=lambda model: model._meta.label,
)
SHARED = {"staff.LeaderType", "staff.Specialism"}
#: The superusers' alone.
HIDDEN = {
    "account.EmailAddress",
    "mfa.Authenticator",
    "socialaccount.SocialAccount",
    "staff.Mail",
    "usersessions.UserSession",
}
OWNED = [model for model in MODELS if model._meta.label not in SHARED | HIDDEN]


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def rows_of(model, other):
    """Rows of the model that belong to the other alliance."""
    request = type("Request", (), {"user": other.coordinator})()
    return SITE.get_model_admin(model).get_queryset(request)


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_lists_and_searches_show_own_rows_only(coordinator, own, other, model):
    assert rows_of(model, other).exists()
    for query in ("", SECRET[:-1]):  # what is searched for is on the page, so it is not the whole of the name
        response = coordinator.get(url(model, "changelist"), {"q": query} if query else {})
        assert response.status_code == 200
        assert SECRET.lower() not in response.content.decode().lower()


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_pages_of_other_alliances_cannot_be_had(coordinator, own, other, model):
    row = rows_of(model, other).first()
    for page in ("change", "history", "delete"):
        response = coordinator.get(url(model, page, row.pk))
        assert response.status_code in (302, 403, 404)
        assert SECRET not in response.content.decode()
    assert coordinator.post(url(model, "change", row.pk), {}).status_code in (302, 403, 404)


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_pages_of_the_own_alliance_open(coordinator, own, other, model):
    rows = rows_of(model, own)
    response = coordinator.get(url(model, "change", rows.first().pk))
    assert response.status_code == 200
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_forms_offer_own_rows_only(coordinator, own, other, model):
    response = coordinator.get(url(model, "add"))
    assert response.status_code in (200, 403)
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("staff.post", "school"),
        ("staff.role", "school"),
        ("staff.systemleader", "person"),
        ("schools.alliance", "lead_school"),
    ],
)
def test_autocompletes_offer_own_rows_only(coordinator, own, other, model, field):
    app, name = model.split(".")
    query = {"app_label": app, "model_name": name, "field_name": field}
    everything = coordinator.get(reverse("admin:autocomplete"), query).json()["results"]
    assert everything
    assert coordinator.get(reverse("admin:autocomplete"), {**query, "term": SECRET}).json()["results"] == []
    assert SECRET not in str(everything)


def test_a_row_of_another_alliance_is_not_accepted_from_a_dropdown(coordinator, own, other):
    data = {"name": "Easter", "starts_on": "2027-03-21", "ends_on": "2027-04-04", "alliance": other.alliance.pk}
    response = coordinator.post(reverse("admin:schools_closure_add"), data)
    assert response.status_code == 200
    assert not other.alliance.closures.filter(name="Easter").exists()


def test_bulk_actions_reach_own_rows_only(coordinator, own, other):
    chosen = {"action": "send_link", "_selected_action": [own.head.pk, other.head.pk]}
    coordinator.post(reverse("admin:staff_user_changelist"), chosen)
    invited = Mail.objects.filter(subject__startswith="Set your password").values_list("to", flat=True)
    assert list(invited) == [own.head.email]


def test_bulk_deletion_reaches_own_rows_only(coordinator, own, other):
    ids = [own.alliance.closures.get().pk, other.alliance.closures.get().pk]
    chosen = {"action": "delete_selected", "_selected_action": ids, "post": "yes"}
    coordinator.post(reverse("admin:schools_closure_changelist"), chosen)
    assert (own.alliance.closures.count(), other.alliance.closures.count()) == (0, 1)


def test_filters_by_relation_offer_own_rows_only():
    """Every one of them goes through OwnRows, which asks the list."""
    for model, model_admin in SITE._registry.items():
        if not isinstance(model_admin, Scoped):
            continue
        for item in model_admin.list_filter:
            if isinstance(item, str):
                last = model
                for part in item.split("__"):
                    field = last._meta.get_field(part)
                    last = field.related_model or last
                assert not field.is_relation, f"{model.__name__}: {item}"
            elif isinstance(item, tuple) and model_admin.opts.get_field(item[0].split("__")[0]).is_relation:
                assert issubclass(item[1], OwnRows | admin.EmptyFieldListFilter)


def test_the_supported_person_is_never_shown_and_never_guessed(superuser, coordinator, own):
    for user in (own.coordinator, User.objects.get(is_superuser=True)):
        superuser.force_login(user)
        for request in own.alliance.requests.all():
            page = superuser.get(reverse("admin:exchange_supportrequest_change", args=[request.pk]))
            assert "Confidential" not in page.content.decode()
        listed = superuser.get(reverse("admin:exchange_supportrequest_changelist"), {"q": "Confidential"})
        assert listed.context["cl"].result_count == 0
        for lookup in ("supported_person__startswith", "commissions__findings__startswith", "school__name"):
            response = superuser.get(reverse("admin:exchange_supportrequest_changelist"), {lookup: "P"})
            assert response.status_code == 400
        guessed = superuser.get(reverse("admin:staff_user_changelist"), {"password__startswith": "m"})
        assert guessed.status_code == 400


def test_a_draft_is_the_schools_own(coordinator, own):
    request = draft(own)
    assert coordinator.get(reverse("admin:exchange_supportrequest_change", args=[request.pk])).status_code == 302


def test_the_role_taken_away_bites_on_the_next_request(coordinator, own):
    page = reverse("admin:bank_account_changelist")
    assert coordinator.get(page).status_code == 200
    Role.objects.filter(user=own.coordinator).update(ends_on=timezone.localdate() - timezone.timedelta(days=1))
    assert coordinator.get(page, follow=True).status_code == 403
    assert coordinator.get(reverse("admin:autocomplete"), follow=True).status_code == 403


@pytest.mark.parametrize("who", ["head", "lead", "stranger"])
def test_nobody_else_comes_in(client, own, who):
    client.force_login(getattr(own, who))
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_a_tick_without_a_role_opens_nothing(client, own):
    User.objects.filter(pk=own.head.pk).update(is_staff=True)
    client.force_login(own.head)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_signing_in_goes_through_the_portals_own_page(client, own):
    assert client.get(reverse("admin:index"), follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))
    client.force_login(own.coordinator)
    guess = {"username": "super@example.org", "password": "guessed"}
    assert client.post(reverse("admin:login"), guess).url == reverse("admin:index")


def test_what_coordinators_need_comes_first(coordinator, own):
    groups = coordinator.get(reverse("admin:index")).context["app_list"]
    assert [group["name"] for group in groups] == [
        "Every day", "Schools and people", "Rules of the alliance", "Records",
    ]  # fmt: skip
    assert [model["name"].lower() for model in groups[0]["models"]][:4] == [
        "balances", "support requests", "commissions", "system leaders",
    ]  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_pages_keep_the_strict_policy(superuser, own, model):
    pages = [url(model, "changelist")]
    row = SITE.get_model_admin(model).model._default_manager.first()
    if row:
        pages.append(url(model, "change", row.pk))
    for page in pages:
        text = superuser.get(page).content.decode()
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son[a-z]+=", text), page


@pytest.mark.parametrize("who", ["coordinator", "superuser"])
def test_nobody_writes_in_the_bank_by_the_admin(request, own, who):
    client = request.getfixturevalue(who)
    transfer, before = Transfer.objects.first(), list(Transfer.objects.values())
    facts = {"amount": "1", "kind": "adjustment", "debit": transfer.debit_id, "credit": transfer.credit_id}
    for page in (
        reverse("admin:bank_transfer_add"),
        reverse("admin:bank_transfer_change", args=[transfer.pk]),
        reverse("admin:bank_transfer_delete", args=[transfer.pk]),
    ):
        assert client.post(page, {**facts, "post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [transfer.pk], "post": "yes"}
    client.post(reverse("admin:bank_transfer_changelist"), chosen)
    assert list(Transfer.objects.values()) == before
    of_the_bank = ("bank_hold", "bank_floorchange", "bank_account")
    for name in (*of_the_bank, "exchange_event", "exchange_visit", "exchange_commission", "exchange_supportrequest"):
        assert client.post(reverse(f"admin:{name}_add"), {}).status_code == 403


def test_nothing_but_what_is_meant_is_registered():
    labels = {model._meta.label for model in MODELS}
    assert "portal.Submission" not in labels
    assert {"bank.Transfer", "bank.Account", "schools.School", "staff.SystemLeader"} <= labels
