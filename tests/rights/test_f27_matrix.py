"""Every URL, by every way in, for every role: what table.py says is what happens, and what is refused changes no row.

RACES=full tries all who may, and of those who may not one of each kind; else there is one for each kind of answer.
MATRIX=full tries every role with every method.
"""

import os
import re
import uuid

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from exchange import actions
from schools.models import Closure
from staff import invitations
from tests.admin.cases import SECRET, worked
from tests.races import FULL as LONG
from tests.rights import table
from tests.rights.addresses import KEYS, act, address_of
from tests.rights.cast import become
from tests.signing_in import signed_in_long_ago
from tests.writes import capture_writes

pytestmark = pytest.mark.slow

FULL = os.environ.get("MATRIX") == "full"
#: What stands in the objects, and on no page that refuses them.
CANARIES = ("Fractions", "Plan and model", "Modelled a lesson", "The office", "Pat Confidential", SECRET)
OUTSIDERS = {"home_head", "stranger", "other_leader", "other_coordinator", "observer"}
PAGES = ("changelist", "add", "history", "delete", "change")
STATUS = {"yes": 200, "401": 401, "no": 403, "-": 404, "way": 405}


# The names -------------------------------------------------------------------------------------


def names(patterns=None, space="", route=""):
    """The name of every URL of the portal, or its route where it has none."""
    for pattern in patterns or get_resolver().url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space, here)
        else:
            yield f"{space}{pattern.name}" if pattern.name else here


def names_of_the_table():
    models = [name.split("_", 1) for name in table.admin_models()]
    return {
        *(name.split()[0] for name in (*table.reads(), *table.acts())),
        *table.signing_in(),
        *table.FORMER,
        *table.admin_pages(),
        *(f"admin:{app}_{model}_{page}" for app, model in models for page in PAGES),
        *(f"admin/{app}/{model}/<path:object_id>/" for app, model in models),
        "admin/(?P<url>.*)$",
    }


def test_f27_every_url_has_a_row():
    missing, gone = set(names()) - names_of_the_table(), names_of_the_table() - set(names())
    assert not missing, f"Who may open {', '.join(sorted(missing))}? Give it a line in its app's file in tests/rights."
    assert not gone, f"tests/rights has a line for {', '.join(sorted(gone))}, which is no URL any more."


# One answer ------------------------------------------------------------------------------------


def word_of(response):
    """The table's word for an answer."""
    if response.status_code == 302:
        return "in" if response.url.startswith((reverse("account_login"), reverse("admin:login"))) else "on"
    if response.status_code in (200, 409) and "another coordinator" in response.content.decode(errors="ignore"):
        return "2nd"
    return {number: word for word, number in STATUS.items()}.get(response.status_code, response.status_code)


def secrets_in(response, role):
    """What a page that refuses tells all the same."""
    if response.status_code not in (403, 404):
        return []
    words = (*CANARIES, "Ashgrove") if role in OUTSIDERS else CANARIES
    if role == "other_coordinator":
        words = [word for word in words if word != SECRET]
    return [word for word in words if word in response.content.decode()]


def ask(client, cast, role, method, address, data=None):
    become(client, cast, role)
    response = getattr(client, method)(address, {"key": uuid.uuid4(), **data} if data is not None else {})
    assert secrets_in(response, role) == [], (role, method, address)
    return response


def sampled(row):
    """Who is tried: one for each kind of answer and the neighbour, or all who may besides, or everybody."""
    first = {}
    for role, cell in row.items():
        first.setdefault(cell, role)
    always = ("yes", "2nd", "on") if LONG else ()
    return [role for role, cell in row.items() if FULL or cell in always or role in (first[cell], "other_coordinator")]


@pytest.mark.parametrize(("name", "row"), table.reads().items(), ids=table.reads())
def test_f27_a_page_that_is_read(client, cast, name, row):
    address = address_of(name, cast)
    with capture_writes() as writes:
        answers = {role: word_of(ask(client, cast, role, "get", address)) for role in sampled(row)}
        refused = {role: word_of(ask(client, cast, role, "post", address)) for role in ("head", "superuser")}
        no_other_way_in(client, cast, row, address)
    hidden_is_like_not_there(client, cast, row, address)
    assert answers == {role: row[role] for role in answers}
    assert set(refused.values()) <= {"way"}
    assert writes.changed() == set()


@pytest.mark.parametrize(("name", "row"), table.acts().items(), ids=table.acts())
def test_f27_a_form_that_acts(client, cast, name, row):
    address, data = act(name, cast)
    with capture_writes() as writes:
        tried = sampled(row)
        readers = tried if FULL else dict(zip(map(row.get, tried), tried, strict=True)).values()
        read = {role: word_of(ask(client, cast, role, "get", address)) for role in readers}
        refused = [role for role in tried if row[role] != "yes"]
        sent = {role: word_of(ask(client, cast, role, "post", address, data)) for role in refused}
        no_other_way_in(client, cast, row, address)
        assert writes.changed() == set()
    hidden_is_like_not_there(client, cast, row, address)
    assert read == {role: row[role] if row[role] != "2nd" else read[role] for role in read}
    for role in (role for role in tried if row[role] == "yes"):
        with transaction.atomic(), capture_writes() as writes:
            sent[role] = "yes" if ask(client, cast, role, "post", address, data).status_code == 302 else "not done"
            assert writes.changed() - {"portal_submission"}, f"{role} may, and nothing changes"
            transaction.set_rollback(True)
    assert sent == {role: row[role] for role in tried}


def no_other_way_in(client, cast, row, address):
    """PUT, PATCH and DELETE are no way in, for nobody; HEAD is answered as GET is."""
    for role in table.ROLES if FULL else ("superuser",):
        for method in ("put", "patch", "delete"):
            assert word_of(ask(client, cast, role, method, address)) in ("way", "in", "no", "-"), (role, method)
    if row["superuser"] in ("yes", "no"):
        assert word_of(ask(client, cast, "superuser", "head", address)) == row["superuser"]


def hidden_is_like_not_there(client, cast, row, address):
    nowhere = re.sub(r"\d+|netherby", lambda found: "999999" if found[0].isdigit() else "nowhere", address, count=1)
    if row["stranger"] == "-" and nowhere != address:
        there, not_there = (ask(client, cast, "stranger", "get", one) for one in (address, nowhere))
        assert (there.status_code, without_token(there)) == (not_there.status_code, without_token(not_there))


def without_token(response):
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)


# Signing in ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "row"), table.signing_in().items(), ids=table.signing_in())
def test_f27_a_page_of_signing_in(client, cast, name, row):
    address = reverse(name, args=KEYS.get(name, []))
    for role in ("anonymous", *(table.ROLES if FULL else ("head", "coordinator", "superuser"))):
        expected = row[:2] if role == "anonymous" else row[2:]
        with transaction.atomic(), capture_writes() as writes:
            signed_in_long_ago(become(client, cast, role))
            read = word_of(ask(client, cast, role, "get", address))
            assert writes.changed() == set()
            assert (role, read, word_of(ask(client, cast, role, "post", address))) == (role, *expected)
            transaction.set_rollback(True)


@pytest.mark.parametrize("address", table.FORMER)
def test_f27_a_former_address_of_signing_in(client, cast, address):
    for role in ("anonymous", "head"):
        assert word_of(ask(client, cast, role, "get", f"/{address}")) in ("in", "on", 301)


# The admin -------------------------------------------------------------------------------------

OF_THE_ADMIN = table.ROLES if FULL else ("anonymous", "head", "coordinator", "other_coordinator", "superuser")


@pytest.fixture(scope="class")
def peopled(set_up_shared, cast):
    """The cast, with a row of every model of the admin."""
    return set_up_shared("peopled", people_it, cast)


def people_it(cast):
    worked(cast)
    actions.trades.open_trade(
        first=cast.alliance, second=cast.elsewhere.alliance, cap=500, by=cast.users.superuser, reason="Neighbours"
    )
    Authenticator.objects.create(user=cast.head, type="totp", data={"secret": "Fractions"})
    SocialAccount.objects.create(user=cast.head, provider="dfe", uid="Fractions")
    to_head = {"email": "dora@example.org", "kind": "headteacher", "school": cast.asking}
    invitations.invite(by=cast.coordinator, **to_head)
    UserSession.objects.create(
        user=cast.head, session_key="Fractions", ip="192.0.2.1", user_agent="x", last_seen_at=timezone.now()
    )
    return cast


def answers_of(may, is_there):
    """{(page, method): the words with which it may be answered} for who may this."""
    hidden = {"on", "no"}
    shown = {"yes"} if "view" in may else {"no"}
    return {
        ("changelist", "get"): shown,
        ("add", "get"): {"yes"} if "add" in may else {"no"},
        ("add", "post"): {"yes"} if "add" in may else {"no"},
        ("history", "get"): (shown if is_there else hidden),
        ("change", "get"): (shown if is_there else hidden),
        ("change", "post"): ({"yes", "on"} if "change" in may else {"no"}) if is_there else hidden,
        ("delete", "get"): ({"yes"} if "delete" in may else {"no"}) if is_there else hidden,
        ("delete", "post"): ({"on"} if "delete" in may else {"no"}) if is_there else hidden,
    }


def row_of(model, cast):
    """A row of the alliance's own, or of those that all share."""
    model_admin, request = admin.site.get_model_admin(model), type("Request", (), {"user": cast.users.coordinator})()
    rows = model_admin.get_queryset(request).order_by("pk")
    return (rows.first() or model._default_manager.first()).pk


@pytest.mark.parametrize(("name", "row"), table.admin_models().items(), ids=table.admin_models())
def test_f27_a_model_of_the_admin(client, peopled, name, row):
    model = next(model for model in admin.site._registry if model._meta.label_lower == name.replace("_", ".", 1))
    pk = row_of(model, peopled)
    for role in OF_THE_ADMIN:
        may = row["superuser"] if role == "superuser" else row["coordinator"]
        answers = answers_of(may, is_there=role != "other_coordinator" or row["rows"] == "shared")
        for (page, method), expected in answers.items():
            address = reverse(f"admin:{name}_{page}", args=[pk] if page in ("history", "delete", "change") else [])
            with transaction.atomic(), capture_writes() as writes:
                answer = word_of(
                    ask(client, peopled, role, method, address, {"post": "yes"} if method == "post" else None)
                )
                if role not in ("coordinator", "own_coordinator", "other_coordinator", "superuser"):
                    expected = {"in"}
                assert answer in expected, (role, page, method)
                assert writes.changed() == set() or {"yes", "on"} & expected, (role, page, method)
                transaction.set_rollback(True)


@pytest.mark.parametrize(("name", "row"), table.admin_pages().items(), ids=table.admin_pages())
def test_f27_a_page_of_the_admin(client, cast, name, row):
    args = {"admin:app_list": ["staff"], "admin:bank_account_export": ["csv"]}.get(name, [])
    with capture_writes() as writes:
        for role in OF_THE_ADMIN:
            who = "coordinator" if role.endswith("coordinator") else role
            answer = word_of(ask(client, cast, role, "get", reverse(name, args=args)))
            assert (role, answer) == (role, row.get(who, row["others"]))
        assert writes.changed() == set()


def test_f27_an_address_without_a_page_says_nothing(client, cast):
    for role in OF_THE_ADMIN:
        expected = "-" if role == "superuser" or role.endswith("coordinator") else "in"
        assert word_of(ask(client, cast, role, "get", "/admin/nothing/")) == expected


def test_f27_a_bulk_deletion_is_for_who_may_delete(client, peopled):
    chosen = {"action": "delete_selected", "post": "yes"}
    for name, row in table.admin_models().items():
        model = next(model for model in admin.site._registry if model._meta.label_lower == name.replace("_", ".", 1))
        data = {**chosen, "_selected_action": [row_of(model, peopled)]}
        with transaction.atomic(), capture_writes() as writes:
            ask(client, peopled, "other_coordinator", "post", reverse(f"admin:{name}_changelist"), data)
            assert writes.changed() == set(), name
            ask(client, peopled, "coordinator", "post", reverse(f"admin:{name}_changelist"), data)
            assert bool(writes.changed()) == ("delete" in row["coordinator"] and model is Closure), name
            transaction.set_rollback(True)
