"""A canary person in every field: all of it is exported, and after erasing none of it is in the database."""

import csv
import io
import json
import zipfile

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import EmailField
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from bank.models import Account, Transfer
from exchange import actions
from exchange.models import Commission, Event, SupportRequest, Visit
from portal import personal
from staff import actions as people_actions
from staff import invitations
from staff.models import Disclosure, Erasure, Invitation, LeaderEvent, Mail, Person, Role, User
from staff.privacy import erasing, held, listing
from staff.privacy.subject import Subject
from tests import factories
from tests.bank.ledger_cases import verified
from tests.exchange.cases import make_cast
from tests.exchange.road import a_logged_visit, a_request, an_agreement, an_offer

pytestmark = pytest.mark.slow

NAME, EMAIL, TELEPHONE = "Zebedee O'Canary", "zebedee.ocanary@example.org", "01632 960 777"
TRACES = ("canary", "zebedee", "960 777")
SAID = f"As Mr O'Canary said to {NAME.upper()}, write to {EMAIL}"


@pytest.fixture(autouse=True)
def heads(settings, tmp_path):
    settings.LEDGER_HEADS, settings.ERASURES = tmp_path / "heads", tmp_path / "heads" / "erasures.jsonl"


@pytest.fixture
def canary(db):
    """A leader who did work, asked for some, coordinates, and stands in every field that can name somebody."""
    cast = make_cast()
    person, user = cast.leader.person, cast.lead
    Person.objects.filter(pk=person.pk).update(name=NAME, email=EMAIL, telephone=TELEPHONE)
    User.objects.filter(pk=user.pk).update(email=EMAIL)
    EmailAddress.objects.filter(user=user).update(email=EMAIL)
    for row in (person, user, cast.leader):
        row.refresh_from_db()
    cast.leader.person = user.person = person
    user.set_password("a long fictional password")
    user.save()
    cast.person, cast.user, cast.superuser = person, user, factories.UserFactory(is_superuser=True, is_staff=True)
    worked(cast)
    signed_in(cast)
    fill(cast)
    return cast


def worked(cast):
    """Work of the canary as a leader, closed; one who is supported; and a request of the canary's own, as a head."""
    a_request(cast, supported_person=NAME)  # a case of its own: no text of that one can hold the name
    done = an_agreement(cast, an_offer(cast, a_request(cast)))
    actions.confirmations.confirm(visit=a_logged_visit(cast, done, days=100), by=cast.head)
    actions.work.finish(commission=done, by=cast.lead, reason=SAID)
    actions.evaluations.evaluate(
        commission=done, by=cast.lead, side="giving", evidence=SAID, gained=SAID, rating=4, flagged=False, scores={}
    )
    actions.evaluations.close_work(commission=done, by=cast.coordinator, reason=SAID)
    Role.objects.create(user=cast.user, kind="headteacher", school=cast.giving, starts_on=factories.LONG_AGO)
    Role.objects.create(user=cast.user, kind="coordinator", alliance=cast.alliance, starts_on=factories.LONG_AGO)
    asked = a_request(cast, status="submitted")
    SupportRequest.objects.filter(pk=asked.pk).update(asked_by=cast.user)
    actions.requests.ask_question(support_request=asked, by=cast.user, question=SAID)
    actions.requests.answer(support_request=asked, by=cast.head, answer=SAID)
    actions.requests.decline(support_request=asked, by=cast.user, reason=SAID)


def signed_in(cast):
    """Sessions, second factors, addresses to be confirmed, an action in the admin, a form that was sent."""
    client = Client()
    client.post(reverse("account_login"), {"login": EMAIL, "password": "a long fictional password"})
    client.post(reverse("exchange:leader_profile"), {"key": "8c0e3f46-3b0e-4d8c-bd36-25b0f5f5cbe5", "about": SAID})
    cast.client = client
    Client().force_login(cast.user)  # a session that allauth has not listed
    address, _ = EmailAddress.objects.get_or_create(user=cast.user, email="zebedee@canary.example.org")
    EmailConfirmation.objects.create(email_address=address, key="canary-key", sent=timezone.now())
    Authenticator.objects.create(user=cast.user, type="totp", data={"secret": "canary"})
    SocialAccount.objects.create(user=cast.user, provider="dfe", uid=EMAIL, extra_data={"name": NAME})
    people_actions.make_calendar_feed(by=cast.user)
    invitations.invite(by=cast.coordinator, email=EMAIL, name=NAME, kind="headteacher", school=cast.asking)
    LogEntry.objects.create(
        user=cast.superuser, content_type=ContentType.objects.get_for_model(Person), object_id=cast.person.pk,
        object_repr=NAME, action_flag=CHANGE, change_message=json.dumps([{"changed": {"name": NAME}}]),
    )  # fmt: skip
    LeaderEvent.objects.create(leader=cast.leader, verb="renew", by=cast.user, reason=SAID)
    Disclosure.objects.create(person=cast.person, by=cast.superuser, reason=SAID)


NOT_TYPED = {"bank.Transfer", "staff.Erasure"}  # the ledger's reasons name nobody; the other is written later


def fill(cast):
    """SAID in every field for free text, of each row there is; what a leader writes about themselves, too."""
    for entry in personal.entries():
        fields = entry.model._meta.get_field
        names = [
            name for name in entry.of_kind(personal.TEXT, personal.COPY) if not isinstance(fields(name), EmailField)
        ]
        if names and entry.label not in NOT_TYPED:
            values = {name: SAID[: fields(name).max_length] for name in names}
            entry.model._default_manager.filter(**{f"{names[0]}": ""}).update(**values)
            entry.model._default_manager.update(**{name: values[name] for name in names if _is_long(fields(name))})
    type(cast.leader).objects.filter(pk=cast.leader.pk).update(
        about=SAID, availability=SAID, designating_body="Canary Trust", status="ended"
    )
    Mail.objects.create(to=cast.head.email, subject=NAME, text=SAID, html=f"<p>{escape(NAME)} comes</p>")


def _is_long(field):
    return field.max_length is None or field.max_length >= len(SAID)


def dump():
    """Every row of every table, as text; sessions opened."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [f"{table}: {row}" for row in cursor.fetchall()]
    return [*found, *(f"session: {session.get_decoded()}" for session in Session.objects.all())]


def sessions_of(user):
    return [session for session in Session.objects.all() if session.get_decoded().get("_auth_user_id") == str(user.pk)]


def traces():
    return [line for line in dump() if any(trace in line.lower() for trace in TRACES)]


def counts():
    kept = [entry.model for entry in personal.entries() if not entry.is_deleted and entry.label != "staff.Erasure"]
    return {model: model._default_manager.count() for model in kept}


def the_ledger():
    return list(Account.objects.order_by("pk").values()), list(Transfer.objects.order_by("pk").values())


def sign_in_again(client):
    client.post(reverse("account_reauthenticate"), {"password": "a long fictional password"})
    return client


def test_f36_everything_held_is_exported(canary):
    client = sign_in_again(canary.client)
    got = client.get(reverse("staff:my_data_file", args=["json"])).json()
    rows = {section["table"]: section["rows"] for section in got["sections"]}
    subject = Subject(canary.person)
    for entry in personal.entries():
        assert len(rows.get(entry.label, [])) == entry.rows_of(subject).count(), entry.label
    text = json.dumps(rows, ensure_ascii=False)
    assert all(value in text for value in (NAME, EMAIL, TELEPHONE, "Canary Trust", "zebedee@canary.example.org"))
    for label in ("exchange.Event", "exchange.Visit", "exchange.Commission", "exchange.Evaluation", "staff.LeaderEvent",
                  "exchange.SupportRequest", "exchange.Clarification", "staff.SystemLeader"):  # fmt: skip
        assert SAID in json.dumps(rows[label], ensure_ascii=False), label
    page = client.get(reverse("staff:my_data")).content.decode()
    assert all(value in page for value in ("Zebedee O&#x27;Canary", EMAIL, TELEPHONE))


def test_f36_the_spreadsheets_hold_the_same_rows(canary):
    client = sign_in_again(canary.client)
    answer = client.get(reverse("staff:my_data_file", args=["zip"]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    tables = {name: list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()}
    sections = held.sections_of(canary.person)
    assert {name: len(rows) for name, rows in tables.items()} == {f"{s.model}.csv": len(s.rows) for s in sections}
    [person] = tables["staff.Person.csv"]
    assert (person["Name"], person["Email"], person["Telephone"]) == (NAME, EMAIL, TELEPHONE)


def test_f36_no_secret_and_nobody_else_is_exported(canary):
    text = held.as_json(canary.person)
    secrets = [canary.user.password, "canary-key", *canary.client.session.keys(), canary.client.session.session_key]
    assert not [secret for secret in secrets if f'"{secret}"' in text]
    for other in (canary.head, canary.home_head, canary.coordinator, canary.superuser):
        assert other.email not in text
        assert str(other) not in text
    [commission] = [section.rows for section in held.sections_of(canary.person) if section.title == "Commissions"]
    assert [(row["Leader"], "Offered by" in row) for row in commission] == [("you", False)]


def test_f36_after_erasing_nothing_is_left_and_the_ledger_is_as_it_was(canary):
    assert (len(traces()) > 30, len(sessions_of(canary.user))) == (True, 2)
    before, ledger = counts(), the_ledger()
    erasing.erase(person=canary.person, by=canary.superuser, reason=f"{NAME} asked for it")
    assert (traces(), sessions_of(canary.user)) == ([], [])
    assert counts() == before
    assert the_ledger() == ledger
    assert verified()[0] == 0
    assert canary.client.get(reverse("home")).status_code == 302
    erasure = Erasure.objects.get()
    assert (erasure.person, erasure.by) == (canary.person.pk, canary.superuser)
    assert erasure.reason == f"Former colleague {canary.person.pk} asked for it"


def test_f36_history_leads_to_the_pseudonym_and_the_sign_in_is_shut(canary):
    erasing.erase(person=canary.person, by=canary.superuser, reason="Asked for it")
    pseudonym = f"Former colleague {canary.person.pk}"
    assert {event.who for event in Event.objects.filter(by=canary.user)} == {pseudonym}
    assert Visit.objects.get().leg.person.name == pseudonym
    assert Commission.objects.get().who == f"{pseudonym} (SLE)"
    canary.user.refresh_from_db()
    assert (canary.user.is_active, canary.user.has_usable_password()) == (False, False)
    client = Client()
    answer = client.post(reverse("account_login"), {"login": EMAIL, "password": "a long fictional password"})
    assert answer.status_code == 200
    assert not Role.objects.running().filter(user=canary.user).exists()


def test_f36_a_namesake_keeps_the_name(canary):
    """Where two have one name, it is only replaced where a row says by its key who is meant."""
    namesake = factories.UserFactory(person__name=NAME)
    request = a_request(canary, need=f"{NAME} of the other school")
    erasing.erase(person=canary.person, by=canary.superuser, reason="Asked for it")
    namesake.person.refresh_from_db()
    request.refresh_from_db()
    assert namesake.person.name == NAME
    assert request.need == f"{NAME} of the other school"
    assert not [line for line in dump() if EMAIL in line]


def bring_back(canary):
    """What restoring an older backup does to the person and the table of erasures."""
    Erasure.objects.all().delete()
    Person.objects.filter(pk=canary.person.pk).update(name=NAME, email=EMAIL, telephone=TELEPHONE)
    User.objects.filter(pk=canary.user.pk).update(email=EMAIL, is_active=True)
    Event.objects.filter(by=canary.user).update(reason=SAID)


def test_f36_a_restored_backup_is_erased_again(canary, capsys):
    erasing.erase(person=canary.person, by=canary.superuser, reason="Asked for it")
    assert (listing.write(), listing.write()) == (1, 0)
    bring_back(canary)
    assert len(traces()) > 2
    call_command("erase", "--again")
    assert capsys.readouterr().out == "erased_again=1 still_erased=0 changed=0\n"
    assert traces() == []
    assert Erasure.objects.get().person == canary.person.pk
    call_command("erase", "--again")
    assert capsys.readouterr().out == "erased_again=0 still_erased=1 changed=0\n"


def test_f36_a_number_that_is_somebody_else_by_now_is_left_alone(canary):
    erasing.erase(person=canary.person, by=canary.superuser, reason="Asked for it")
    listing.write()
    Erasure.objects.all().delete()
    Person.objects.filter(pk=canary.person.pk).update(name="Nora New", email="nora@example.org")
    with pytest.raises(CommandError, match=f"not that of the person who was erased: {canary.person.pk}"):
        call_command("erase", "--again")
    assert Person.objects.get(pk=canary.person.pk).name == "Nora New"


def test_f36_an_address_that_is_not_confirmed_leads_to_nobody_elses_mail(db):
    """Anybody can write somebody else's address into the own account; the clerk's is nobody's sign-in."""
    cast = make_cast()
    for address in (cast.stranger.email, "clerk@example.org"):
        Mail.objects.create(to=address, subject="For somebody else", text="Yours alone")
        EmailAddress.objects.filter(email=address).delete()
        EmailAddress.objects.create(user=cast.head, email=address, verified=False)
    assert Subject(cast.head.person).addresses == [cast.head.email]
    assert "Yours alone" not in held.as_json(cast.head.person)
    EmailAddress.objects.filter(user=cast.head).update(verified=True)
    assert Subject(cast.head.person).addresses == sorted(["clerk@example.org", cast.head.email])
    assert held.as_json(cast.head.person).count("Yours alone") == 1
    erasing.replace(cast.head.person)
    assert [mail.to for mail in Mail.objects.filter(text="Yours alone")] == [cast.stranger.email]
    cast.stranger.refresh_from_db()
    assert cast.stranger.is_active


def test_f36_the_list_is_read_by_a_key_that_was_changed_since(db, settings):
    person = factories.PersonFactory()
    wanted = erasing.fingerprint(person)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key, and quite fictional"
    assert not erasing.has_fingerprint(person, wanted)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert erasing.has_fingerprint(person, wanted)


def test_f36_an_address_that_two_share_leads_to_neither(db):
    """The office's: what is sent there may be the other one's, who is to keep mail, invitation and name."""
    cast, office = make_cast(), "office@ashgrove.example.org"
    request = a_request(cast, status="submitted", need=f"Write to {office}")
    ada = factories.PersonFactory(name="Ada Alder", email=office.title())
    assert Subject(ada).addresses == [office]
    ben = factories.PersonFactory(name="Ben Birch", email=office)
    invitation = invitations.invite(by=cast.coordinator, email=office, person=ben, kind="", school=cast.asking)
    assert (Subject(ada).addresses, Subject(ben).addresses) == ([], [])
    assert "Mail received" not in held.as_json(ada)
    erasing.erase(person=ada, by=None, reason="Asked for it")
    for row in (request, invitation):
        row.refresh_from_db()
    assert (request.need, invitation.email, invitation.is_usable) == (f"Write to {office}", office, True)
    assert Mail.objects.filter(to=office).count() == 1
    assert Subject(ben).addresses == [office]


@pytest.mark.parametrize(
    "other",
    [
        lambda cast, address: factories.UserFactory(email=address),
        lambda cast, address: EmailAddress.objects.create(user=cast.head, email=address, verified=True),
        lambda cast, address: Invitation.objects.create(
            invited_by=cast.coordinator, email=address, person=cast.leader.person, school=cast.asking
        ),
    ],
    ids=["another user's", "confirmed by another user", "in another person's invitation"],
)
def test_f36_an_address_is_not_the_persons_where_it_is(db, other):
    cast, person = make_cast(), factories.PersonFactory(email="office@example.org")
    assert Subject(person).addresses == ["office@example.org"]
    other(cast, person.email)
    assert Subject(Person.objects.get(pk=person.pk)).addresses == []


def test_f36_the_list_is_read_and_goes_on_after_a_line_that_was_cut_off(db, settings, caplog):
    """A disk was full: the erasure of the half line is not marked as listed, so that it is written again."""
    settings.ERASURES.parent.mkdir(parents=True)
    settings.ERASURES.write_bytes(b'{"person": 1, "fingerprint": "a"}\n{"person": 2, "finger')
    erasing.erase(person=factories.PersonFactory(), by=None, reason="Asked for it")
    assert listing.write() == 1
    erasure = Erasure.objects.get()
    Erasure.objects.all().delete()
    assert listing.read() == [(1, "a"), (erasure.person, erasure.fingerprint)]
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.getMessage() == "Line 2 of the list of erasures cannot be read"
    assert len(settings.ERASURES.read_text().splitlines()) == 3


def test_f36_an_invitation_that_was_accepted_stays_as_long_as_the_person_and_then_by_pseudonym(db):
    """At an address that they have given up since, too."""
    cast = make_cast()
    first = {"email": cast.stranger.email, "name": str(cast.stranger)}
    invitation = invitations.invite(by=cast.coordinator, kind="headteacher", school=cast.asking, **first)
    invitations.accept(invitation=invitation, by=cast.stranger)
    EmailAddress.objects.filter(user=cast.stranger).delete()
    User.objects.filter(pk=cast.stranger.pk).update(email="married@example.org")
    factories.head_of(cast.other)
    person = Person.objects.get(pk=cast.stranger.person_id)
    erasing.erase(person=person, by=cast.coordinator, reason="Asked for it")
    invitation.refresh_from_db()
    pseudonym, address = erasing.name_of(person), erasing.address_of(person)
    assert (invitation.name, invitation.email) == (pseudonym, address)
    assert (invitation.accepted_by, invitation.revoked_by) == (cast.stranger, None)
    assert not [line for line in dump() if first["email"] in line or first["name"] in line]
