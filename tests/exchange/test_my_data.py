from django.urls import reverse

from exchange import actions
from staff.models import Mail
from tests import factories
from tests.signing_in import signed_in_long_ago

from .conftest import a_logged_visit, a_request, an_agreement, an_offer

PAGE = reverse("exchange:my_data")


def test_it_shows_what_is_held_in_sections(client, cast):
    commission = an_agreement(cast)
    actions.confirm_visit(visit=a_logged_visit(cast, commission), by=cast.head)
    client.force_login(cast.lead)
    sections = {section.title: section for section in client.get(PAGE).context["sections"]}
    assert sections["Name and contact"].rows == [{"Name": str(cast.lead)}]
    assert sections["Posts"].rows[0]["School"] == "Birchwood"
    assert sections["Commissions"].count == 1
    assert sections["Visits"].rows[0]["Confirmed at"]
    assert sections["Mail received"].count == Mail.objects.filter(to=cast.lead.email).count()


def test_it_leaves_out_what_names_somebody_else_alone(client, cast):
    request = a_request(cast, supported_person="Nora Quill")
    type(request).objects.filter(pk=request.pk).update(need="Nora Quill wants help")
    an_offer(cast, request)
    actions.show_person(request=request, by=cast.coordinator)
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
    got = client.get(reverse("exchange:my_data_file", args=["json"])).json()
    [mail] = [section for section in got["sections"] if section["table"] == "staff.Mail"]
    assert len(mail["rows"]) == 27


def test_the_files_want_one_to_sign_in_again_first(client, cast):
    client.force_login(cast.head)
    assert client.get(reverse("exchange:my_data_file", args=["exe"])).status_code == 404
    for kind in ("json", "zip"):
        answer = signed_in_long_ago(client).get(reverse("exchange:my_data_file", args=[kind]))
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_reauthenticate"))


def test_somebody_without_a_role_reads_it_too(client, cast):
    user = factories.UserFactory(person__telephone="01632 960 888")
    client.force_login(user)
    assert "01632 960 888" in client.get(PAGE).content.decode()


def test_your_account_leads_to_it(client, cast):
    client.force_login(cast.head)
    assert PAGE in client.get(reverse("account_change_password")).content.decode()
