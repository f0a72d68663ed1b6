import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from exchange import actions
from exchange.models import Outcome, SupportRequest
from schools import calendar
from staff.models import Mail, Specialism
from tests import factories
from tests.exchange.cases import a_request, look, send
from tests.exchange.forms import ANSWERS, a_draft, dates, page_of

TODAY = timezone.localdate()


def check_of(draft):
    return reverse("exchange:check_request", args=[draft.pk])


# Starting --------------------------------------------------------------------------------------


def test_the_start_page_says_what_will_be_asked(client, cast):
    page = look(client, cast.head, reverse("exchange:start_request", args=[cast.asking.pk])).content.decode()
    assert "It takes about ten minutes" in page
    assert "replies within 2 working days" in page
    assert SupportRequest.objects.count() == 0


def test_it_starts_a_draft(client, cast):
    response = send(client, cast.head, reverse("exchange:start_request", args=[cast.asking.pk]))
    draft = SupportRequest.objects.get()
    assert (draft.school, draft.alliance, draft.asked_by, draft.status) == (
        cast.asking, cast.alliance, cast.head, "draft"
    )  # fmt: skip
    assert response.url == page_of(draft, "kind")


def test_started_twice_it_is_one_draft(client, cast):
    url, key = reverse("exchange:start_request", args=[cast.asking.pk]), uuid.uuid4()
    answers = {send(client, cast.head, url, key=key).url for _ in range(2)}
    assert (len(answers), SupportRequest.objects.count()) == (1, 1)


def test_started_again_it_goes_on_with_the_draft_that_has_no_answer_yet(client, cast):
    url = reverse("exchange:start_request", args=[cast.asking.pk])
    first = send(client, cast.head, url).url
    assert send(client, cast.head, url).url == first
    delegate = factories.delegate_of(cast.asking, cast.head, "ask")
    assert send(client, delegate, url).url != first
    SupportRequest.objects.filter(asked_by=cast.head).update(kind="specific")
    assert send(client, cast.head, url).url != first
    assert SupportRequest.objects.count() == 3


def test_a_school_in_two_alliances_says_which_it_asks(client, cast):
    other = factories.AllianceFactory()
    factories.MembershipFactory(alliance=other, school=cast.asking)
    url = reverse("exchange:start_request", args=[cast.asking.pk])
    assert "Select the alliance you want to ask" in send(client, cast.head, url).content.decode()
    assert send(client, cast.head, url, alliance=factories.AllianceFactory().pk).status_code == 200
    assert SupportRequest.objects.count() == 0
    send(client, cast.head, url, alliance=other.pk)
    draft = SupportRequest.objects.get()
    assert draft.alliance == other
    send(client, cast.head, page_of(draft, "alliance"), alliance=cast.alliance.pk)
    draft.refresh_from_db()
    assert draft.alliance == cast.alliance


def test_a_school_in_one_alliance_is_not_asked_which(client, cast):
    assert look(client, cast.head, page_of(a_draft(cast), "alliance")).status_code == 404


def test_a_school_in_no_alliance_has_nobody_to_ask(client, cast):
    cast.asking.memberships.update(ends_on=TODAY - timedelta(days=1))
    response = send(client, cast.head, reverse("exchange:start_request", args=[cast.asking.pk]))
    assert response.status_code == 409
    assert "is not a member of an alliance today" in response.content.decode()


def test_only_who_may_ask_can_start(client, cast):
    url = reverse("exchange:start_request", args=[cast.asking.pk])
    assert send(client, factories.business_manager_of(cast.asking), url).status_code == 403
    assert send(client, factories.delegate_of(cast.asking, cast.head, "confirm"), url).status_code == 403
    assert send(client, cast.coordinator, url).status_code == 403
    assert send(client, cast.stranger, url).status_code == 404
    assert SupportRequest.objects.count() == 0
    assert send(client, factories.delegate_of(cast.asking, cast.head, "ask"), url).status_code == 302


# The questions ---------------------------------------------------------------------------------


def test_one_goes_through_every_question_to_the_end(client, cast):
    url = send(client, cast.head, reverse("exchange:start_request", args=[cast.asking.pk])).url
    answers = {**ANSWERS, "specialism": {"specialism": Specialism.objects.get(name="Phonics").pk}}
    seen = []
    while "/ask/" in url:
        step = url.split("/")[-2]
        seen.append(step)
        assert look(client, cast.head, url).status_code == 200
        url = send(client, cast.head, url, **answers[step]).url
    draft = SupportRequest.objects.get()
    assert seen == [
        "kind", "specialism", "phase", "outcomes", "need", "days", "window", "urgency", "goal", "person"
    ]  # fmt: skip
    assert url == check_of(draft)
    assert (draft.kind, draft.specialism.name, draft.phase, draft.days, draft.may_split) == (
        "specific", "Phonics", "Secondary", 175, True
    )  # fmt: skip
    assert (draft.urgency, draft.goal, draft.plan) == ("whenever", "CPD goal 2", "Mathematics plan")
    assert (draft.starts_on, draft.ends_on) == (TODAY + timedelta(days=7), TODAY + timedelta(days=70))
    assert (draft.supported_person, draft.delegates_see_person) == ("Zebedee Quill", True)
    outcomes = [(outcome.text, outcome.baseline) for outcome in draft.outcomes.all()]
    assert outcomes == [("Fractions are taught well", 3), ("Books show it", 0)]
    page = look(client, cast.head, url).content.decode()
    assert "Books show it (now 0 of 10)" in page
    assert "Send request" in page


def test_each_answer_is_kept_when_one_goes_away(client, cast):
    draft = a_draft(cast)
    send(client, cast.head, page_of(draft, "need"), need="Fractions")
    page = look(client, cast.head, page_of(draft, "need")).content.decode()
    assert "Fractions</textarea>" in page
    assert "Fractions" in look(client, cast.head, check_of(draft)).content.decode()


def test_an_answer_sent_twice_is_the_same_and_a_new_one_counts(client, cast):
    draft, key = a_draft(cast), uuid.uuid4()
    for text in ("First", "First", "Second"):
        send(client, cast.head, page_of(draft, "outcomes"), text_1=text, baseline_1="1", key=key)
    assert draft.outcomes.get().text == "Second"


def test_back_goes_one_question_back(client, cast):
    draft = a_draft(cast)
    assert f'href="{page_of(draft, "kind")}"' in look(client, cast.head, page_of(draft, "specialism")).content.decode()
    first = look(client, cast.head, page_of(draft, "kind"))
    assert first.context["back_url"] == reverse("exchange:school", args=[cast.asking.pk])


def test_a_change_returns_to_the_answers(client, cast):
    draft = a_request(cast, status="draft")
    url = f"{page_of(draft, 'need')}?change=1"
    assert f'href="{url}"' in look(client, cast.head, check_of(draft)).content.decode()
    assert look(client, cast.head, url).context["back_url"] == check_of(draft)
    assert send(client, cast.head, url, need="Decimals").url == check_of(draft)
    draft.refresh_from_db()
    assert draft.need == "Decimals"


@pytest.mark.parametrize(
    ("step", "data", "sentence"),
    [
        ("kind", {"kind": "nonsense"}, "Select a valid choice"),
        ("kind", {}, "Select what kind of support you need"),
        ("specialism", {"specialism": "99999"}, "Select a valid choice"),
        ("phase", {"phase": "Playgroup"}, "Select a valid choice"),
        ("outcomes", {}, "Enter at least one outcome"),
        ("outcomes", {"text_1": "Better"}, "Enter where you stand now, from 0 to 10"),
        ("outcomes", {"baseline_1": "4"}, "Enter the outcome, or leave its number out"),
        ("outcomes", {"text_1": "Better", "baseline_1": "11"}, "must be 10 or less"),
        ("outcomes", {"text_1": "Better", "baseline_1": "-1"}, "must be 0 or more"),
        ("outcomes", {"text_1": "Better", "baseline_1": "much"}, "must be a whole number from 0 to 10"),
        ("outcomes", {"text_1": "x" * 201, "baseline_1": "1"}, "must be 200 characters or fewer"),
        ("need", {"need": "  "}, "Enter what you need"),
        ("days", {"days": "0"}, "Enter 0.25 days or more"),
        ("days", {"days": "1.1"}, "Enter the days in quarters"),
        ("days", {"days": "-2"}, "Enter 0.25 days or more"),
        ("days", {"days": "201"}, "Enter 200 days or fewer"),
        ("days", {"days": "many"}, "Enter the days as a number"),
        ("window", {}, "Enter a date for the first day, for example 12 1 2027"),
        ("window", {}, "Enter a date for the last day, for example 12 1 2027"),
        ("window", dates(TODAY - timedelta(days=1), TODAY), "The first day must be today or later"),
        ("window", dates(TODAY, TODAY + timedelta(days=1500)), "The last day must be within the next two years"),
        ("window", dates(TODAY + timedelta(days=9), TODAY + timedelta(days=2)), "must be on or after the first day"),
        (
            "window",
            {**dates(TODAY, TODAY), "starts_on_day": "31", "starts_on_month": "2"},
            "Enter a real date for the first day",
        ),
        ("urgency", {"urgency": "yesterday"}, "Select a valid choice"),
        ("goal", {"goal": "x" * 201}, "must be 200 characters or fewer"),
        ("person", {"supported_person": "x" * 121}, "must be 120 characters or fewer"),
    ],
)
def test_a_bad_answer_is_said_and_changes_nothing(client, cast, step, data, sentence):
    draft = a_draft(cast)
    before = SupportRequest.objects.values().get()
    response = send(client, cast.head, page_of(draft, step), **data)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count(sentence) >= 2  # beside the field, and in the summary
    assert "There is a problem" in page
    assert (SupportRequest.objects.values().get(), Outcome.objects.count()) == (before, 0)


def test_an_outcome_that_is_too_long_has_one_error(client, cast):
    response = send(client, cast.head, page_of(a_draft(cast), "outcomes"), text_1="x" * 201, baseline_1="1")
    assert list(response.context["form"].errors) == ["text_1"]
    assert len(response.context["form"].errors["text_1"]) == 1


def test_bad_input_is_kept_on_the_page(client, cast):
    page = send(client, cast.head, page_of(a_draft(cast), "days"), days="1.1", may_split="on").content.decode()
    assert 'value="1.1"' in page
    assert "checked" in page


def test_an_unknown_question_is_not_there(client, cast):
    assert look(client, cast.head, page_of(a_draft(cast), "colour")).status_code == 404


def test_a_retired_specialism_cannot_be_asked_for(client, cast):
    retired = Specialism.objects.get(name="Drama")
    Specialism.objects.filter(pk=retired.pk).update(is_active=False)
    draft = a_draft(cast)
    assert "Drama" not in look(client, cast.head, page_of(draft, "specialism")).content.decode()
    assert send(client, cast.head, page_of(draft, "specialism"), specialism=retired.pk).status_code == 200


def test_peer_to_peer_asks_what_the_school_can_offer(client, cast):
    page = look(client, cast.head, page_of(a_draft(cast, kind="peer"), "need")).content.decode()
    assert "what your school can offer another school in return" in page
    assert "Do not include names of pupils or staff." in page


def test_a_phase_that_is_none_is_not_offered(client, cast):
    assert "Not applicable" not in look(client, cast.head, page_of(a_draft(cast), "phase")).content.decode()


def test_urgent_help_is_urgent_unless_the_school_says_otherwise(client, cast):
    draft = a_draft(cast)
    send(client, cast.head, page_of(draft, "kind"), kind="urgent")
    page = look(client, cast.head, page_of(draft, "urgency"))
    assert page.context["form"]["urgency"].value() == "urgent"
    send(client, cast.head, page_of(draft, "urgency"), urgency="term")
    send(client, cast.head, page_of(draft, "kind"), kind="urgent")
    draft.refresh_from_db()
    assert draft.urgency == "term"


def test_what_is_no_urgent_help_any_more_is_not_urgent_either(client, cast):
    draft = a_draft(cast)
    for kind in ("urgent", "specific"):
        send(client, cast.head, page_of(draft, "kind"), kind=kind)
    draft.refresh_from_db()
    assert (draft.kind, draft.urgency) == ("specific", "term")


def test_the_window_says_how_many_weeks_are_left(client, cast):
    page = " ".join(look(client, cast.head, page_of(a_draft(cast), "window")).content.decode().split())
    left = calendar.weeks_left(TODAY, cast.alliance.closed_days())
    assert f"{left or 'no'} school week" in page
    assert calendar.label(calendar.year_of(TODAY)) in page


def test_weeks_in_which_the_alliance_is_shut_are_not_left(client, cast):
    cast.alliance.closures.create(name="Shut", starts_on=TODAY, ends_on=calendar.last_day(calendar.year_of(TODAY)))
    page = " ".join(look(client, cast.head, page_of(a_draft(cast), "window")).content.decode().split())
    assert "There are no school weeks of" in page


# The supported person --------------------------------------------------------------------------


def test_only_the_head_names_a_person(client, cast):
    draft = a_draft(cast, supported_person="Zebedee Quill")
    delegate = factories.delegate_of(cast.asking, cast.head, "ask")
    assert look(client, delegate, page_of(draft, "person")).status_code == 404
    assert send(client, delegate, page_of(draft, "person"), supported_person="Y").status_code == 404
    page = look(client, delegate, check_of(draft)).content.decode()
    assert "whose name is confidential" in page
    assert "Zebedee" not in page
    assert "Zebedee" in look(client, cast.head, check_of(draft)).content.decode()


def test_before_it_is_sent_not_even_the_heads_tick_shows_the_person(client, cast):
    draft = a_draft(cast, supported_person="Zebedee Quill", delegates_see_person=True)
    delegate = factories.delegate_of(cast.asking, cast.head, "ask")
    page = look(client, delegate, check_of(draft)).content.decode()
    assert "whose name is confidential" in page
    assert "Zebedee" not in page
    assert page_of(draft, "person") not in page


def test_without_a_name_nothing_is_ticked(client, cast):
    draft = a_draft(cast, supported_person="Zebedee Quill", delegates_see_person=True)
    send(client, cast.head, page_of(draft, "person"), delegates_see_person="on")
    draft.refresh_from_db()
    assert (draft.supported_person, draft.delegates_see_person) == ("", False)


# Sending ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "texts", [{"need": "For mrs  quill, who is new"}, {"plan": "Nora Quill's own"}, {"goal": "As N. Quill says"}]
)
def test_a_name_that_stands_in_another_answer_too_is_not_sent(client, cast, texts):
    draft = a_request(cast, status="draft", supported_person="Nora Quill", **texts)
    response = send(client, cast.head, check_of(draft))
    assert response.status_code == 409
    assert "The name of the person to be supported stands in another answer too" in response.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_name_in_an_outcome_is_taken_out_or_not_sent(client, cast):
    draft = a_request(cast, status="draft")
    actions.requests.save_draft(support_request=draft, outcomes=[("Quill, Nora is sure", 3)])
    SupportRequest.objects.filter(pk=draft.pk).update(supported_person="Nora Quill")
    assert send(client, cast.head, check_of(draft)).status_code == 409
    actions.requests.save_draft(support_request=draft, outcomes=[("Quill, Nora is sure", 3)])
    assert draft.outcomes.get().text == "a member of staff is sure"
    assert send(client, cast.head, check_of(draft)).status_code == 302


def test_it_sends_the_request(client, cast):
    draft = a_request(cast, status="draft")
    response = send(client, cast.head, check_of(draft))
    draft.refresh_from_db()
    assert (draft.status, draft.events.get().verb) == ("submitted", "submit")
    assert Mail.objects.get().to == cast.coordinator.email
    page = client.get(response.url).content.decode()
    reply_by = calendar.add_working_days(TODAY, 2)
    assert draft.reference in page
    assert f"{reply_by:%A} {reply_by.day} {reply_by:%B}" in page


def test_sent_twice_it_is_sent_once(client, cast):
    draft, key = a_request(cast, status="draft"), uuid.uuid4()
    urls = {send(client, cast.head, check_of(draft), key=key).url for _ in range(2)}
    assert (len(urls), draft.events.count(), Mail.objects.count()) == (1, 1, 1)


def test_a_second_form_finds_it_sent_already(client, cast):
    draft = a_request(cast, status="draft")
    send(client, cast.head, check_of(draft))
    response = send(client, cast.head, check_of(draft))
    assert response.status_code == 409
    assert "has been sent already" in response.content.decode()
    assert send(client, cast.head, page_of(draft, "need"), need="Other").status_code == 409
    assert SupportRequest.objects.get().need == "Fractions in year 4"


@pytest.mark.parametrize(
    ("gap", "step"),
    [
        ({"kind": ""}, "kind"),
        ({"specialism": None}, "specialism"),
        ({"need": ""}, "need"),
        ({"days": 0}, "days"),
        ({"starts_on": None, "ends_on": None}, "window"),
        ({"starts_on": TODAY - timedelta(days=9), "ends_on": TODAY - timedelta(days=2)}, "window"),
        ({"kind": "", "need": ""}, "kind"),
    ],
)
def test_an_incomplete_draft_leads_to_the_first_gap(client, cast, gap, step):
    draft = a_request(cast, status="draft")
    SupportRequest.objects.update(**gap)
    assert "Send request" not in look(client, cast.head, check_of(draft)).content.decode()
    assert send(client, cast.head, check_of(draft)).url == page_of(draft, step)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_draft_without_outcomes_is_incomplete(client, cast):
    draft = a_request(cast, status="draft")
    draft.outcomes.all().delete()
    assert send(client, cast.head, check_of(draft)).url == page_of(draft, "outcomes")


def test_a_school_that_has_left_the_alliance_cannot_send(client, cast):
    draft = a_request(cast, status="draft")
    cast.asking.memberships.update(ends_on=TODAY - timedelta(days=1))
    assert send(client, cast.head, check_of(draft)).status_code == 409


def test_a_delegate_sends_for_the_head(client, cast):
    draft = a_request(cast, status="draft")
    send(client, factories.delegate_of(cast.asking, cast.head, "ask"), check_of(draft))
    assert draft.events.get().acting_for == cast.head


def test_drafts_are_hidden_from_others_and_closed_to_those_without_the_right(client, cast):
    draft = a_request(cast, status="draft")
    for url in (check_of(draft), page_of(draft, "need")):
        assert look(client, cast.stranger, url).status_code == 404
        assert look(client, cast.coordinator, url).status_code == 404
        assert look(client, factories.business_manager_of(cast.asking), url).status_code == 403


def test_the_panel_is_there_after_sending_only(client, cast):
    draft = a_request(cast, status="draft")
    url = reverse("exchange:request_sent", args=[draft.pk])
    assert look(client, cast.head, url).status_code == 404
    actions.requests.submit(support_request=draft, by=cast.head)
    assert look(client, cast.head, url).status_code == 200
    assert look(client, cast.stranger, url).status_code == 404
