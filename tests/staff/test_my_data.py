import re

import pytest
from django.urls import reverse

from exchange import actions
from staff import actions as people_actions
from staff.models import Mail, SystemLeader
from tests import factories
from tests.exchange.road import a_logged_visit, a_request, an_agreement, an_offer
from tests.signing_in import signed_in_long_ago

pytestmark = pytest.mark.slow

PAGE = reverse("staff:my_data")


def test_it_shows_what_is_held_in_sections(client, cast):
    commission = an_agreement(cast)
    actions.confirmations.confirm(visit=a_logged_visit(cast, commission), by=cast.head)
    client.force_login(cast.lead)
    sections = {section.title: section for section in client.get(PAGE).context["sections"]}
    (facts,) = sections["Name and contact"].rows
    assert (facts["Name"], list(facts)) == (str(cast.lead), ["Name", "Added at"])
    assert sections["Posts"].rows[0]["School"] == "Birchwood"
    assert sections["Commissions"].count == 1
    assert sections["Visits"].rows[0]["Confirmed at"]
    assert sections["Mail received"].count == Mail.objects.filter(to=cast.lead.email).count()


def test_it_leaves_out_what_names_somebody_else_alone(client, cast):
    request = a_request(cast, supported_person="Nora Quill")
    type(request).objects.filter(pk=request.pk).update(need="Nora Quill wants help")
    an_offer(cast, request)
    actions.supported_person.show(support_request=request, by=cast.coordinator)
    for user in (cast.head, cast.coordinator, cast.stranger):
        client.force_login(user)
        assert ("Nora Quill" in client.get(PAGE).content.decode()) == (user == cast.head)  # who wrote it
    client.force_login(cast.coordinator)
    page = client.get(PAGE).content.decode()
    assert "Names of supported persons that were shown" in page
    assert cast.head.email not in page


def test_a_long_section_is_cut_on_the_page_and_whole_in_the_files(client, cast):
    for number in range(27):
        Mail.objects.create(to=cast.head.email, subject=f"Number {number}", text="-")
    client.force_login(cast.head)
    assert "And 2 more. The files hold them all." in client.get(PAGE).content.decode()
    got = client.get(reverse("staff:my_data_file", args=["json"])).json()
    [mail] = [section for section in got["sections"] if section["table"] == "staff.Mail"]
    assert len(mail["rows"]) == 27


def section(client, user, title):
    client.force_login(user)
    [found] = [one for one in client.get(PAGE).context["sections"] if one.title == title]
    return found


def test_the_page_begins_with_its_contents_and_each_section_is_folded(client, cast):
    Mail.objects.create(to=cast.head.email, subject="A visit", text="On 9 March")
    client.force_login(cast.head)
    response = client.get(PAGE)
    html = response.content.decode()
    links = [f'<a class="govuk-link" href="#held-{n}">' for n, _ in enumerate(response.context["sections"], start=1)]
    assert [link in html for link in links] == [True] * len(links)
    head, _, folded = html.partition("On 9 March")[0].rpartition("<details")
    assert re.search(r"\d [A-Z][a-z]+ 20\d\d, (midday|midnight|[\d:]+[ap]m), A visit</span>", folded)
    assert head.count("<details") - head.count("</details") == 1  # in the fold of its section


def test_rights_are_those_of_delegates(client, cast):
    delegate = factories.delegate_of(cast.asking, cast.head, "ask")
    [own, handed_over] = section(client, cast.head, "Roles and delegations").rows[::-1]
    [given] = section(client, delegate, "Roles and delegations").rows
    assert [row.get("Rights") for row in (own, handed_over, given)] == [None, "Ask for support", "Ask for support"]


def test_the_newest_comes_first(client, cast):
    for number in range(30):
        Mail.objects.create(to=cast.head.email, subject=f"Number {number}", text="-")
    shown = [row["Subject"] for row in section(client, cast.head, "Mail received").rows]
    assert shown == [f"Number {number}" for number in range(29, 4, -1)]


def test_a_mail_is_shown_as_text_once_and_what_opens_the_account_is_not(client, cast):
    Mail.objects.create(to=cast.head.email, subject="A visit", text="On 9 March", html="<p>On 9 March</p>")
    Mail.objects.create(to=cast.head.email, subject="Your link", text="https://example.org/key/", is_secret=True)
    link, visit = section(client, cast.head, "Mail received").rows
    assert (visit["Subject"], visit["Text"], "Html" in visit) == ("A visit", "On 9 March", False)
    assert (link["Subject"], "Text" in link) == ("Your link", False)


def test_whoever_confirmed_a_safeguarding_check_reads_that_and_nothing_about_the_leader(client, cast):
    on = cast.leader.safeguarding_confirmed_on
    SystemLeader.objects.update(about="Ten years of it", safeguarding_confirmed_by=cast.home_head)
    said = {"Safeguarding confirmed by": "you", "Safeguarding confirmed on": f"{on:%-d %B %Y}"}
    assert section(client, cast.home_head, "System leader").rows == [said]
    [own] = section(client, cast.lead, "System leader").rows
    assert (own["What I can help with"], "Safeguarding confirmed by" in own) == ("Ten years of it", False)


def test_it_says_truly_where_other_people_are_named(client, cast):
    people_actions.disclose(person=cast.head.person, by=cast.coordinator, reason="Asked for it")
    client.force_login(cast.head)
    page = client.get(PAGE).content.decode()
    assert str(cast.coordinator) in page  # in the mail
    assert "mail you received, and what was written in reasons, notes and records of changes, can name other" in page


def test_the_files_want_one_to_sign_in_again_first(client, cast):
    client.force_login(cast.head)
    assert client.get(reverse("staff:my_data_file", args=["exe"])).status_code == 404
    for kind in ("json", "zip"):
        answer = signed_in_long_ago(client).get(reverse("staff:my_data_file", args=[kind]))
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_reauthenticate"))


def test_somebody_without_a_role_reads_it_too(client, cast):
    user = factories.UserFactory(person__telephone="01632 960 888")
    client.force_login(user)
    assert "01632 960 888" in client.get(PAGE).content.decode()


def test_your_account_leads_to_it(client, cast):
    client.force_login(cast.head)
    assert PAGE in client.get(reverse("account_change_password")).content.decode()
