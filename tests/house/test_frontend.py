from datetime import UTC, date, datetime, time

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.urls import reverse
from pytest_django.asserts import assertHTMLEqual, assertInHTML

from portal import words
from portal.fields import DayMonthYearField, DaysField

STATUSES = {
    "": "submitted active planned",
    "grey": "draft closed withdrawn cancelled moved ended",
    "green": "matched delivered confirmed",
    "purple": "paused nominated",
    "orange": "lapsed late_cancelled late-cancelled",
    "red": "declined stopped disputed no_show suspended",
    "teal": "open agreed",
    "yellow": "clarification offered logged",
}


class SupportForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput)
    subject = forms.CharField(help_text="As on the plan", max_length=50)
    kind = forms.ChoiceField(
        label="What do you need?", choices=[("m", "Mathematics"), ("p", "Phonics")], widget=forms.RadioSelect
    )
    phases = forms.MultipleChoiceField(
        required=False,
        choices=[("Younger", [("n", "Nursery")]), ("Older", [("s", "Secondary")])],
        widget=forms.CheckboxSelectMultiple,
    )
    days = DaysField(label="Days")
    starts_on = DayMonthYearField(label="First day", required=False)
    outcome = forms.CharField(widget=forms.Textarea, max_length=200)
    pupils = forms.IntegerField(required=False, min_value=0)
    told = forms.BooleanField(label="Governors know")
    cpd = forms.ChoiceField(label="CPD goal", choices=[("", "Choose"), ("1", "Reading")])


def render(source, **context):
    return engines["django"].from_string("{% load portal %}" + source).render(context)


def field(name, form=None, options=""):
    return render(f"{{% govuk_field form.{name} {options} %}}", form=form or SupportForm())


def clean(field, value):
    """The cleaned value, or the message a person reads."""
    try:
        return field.clean(value)
    except forms.ValidationError as error:
        return error.messages[0]


# Fields of a form ------------------------------------------------------------------------


def test_a_text_field_has_its_label_and_hint():
    assertHTMLEqual(
        field("subject"),
        """
        <div class="govuk-form-group">
          <label class="govuk-label govuk-label--s" for="id_subject">Subject</label>
          <div class="govuk-hint" id="id_subject-hint">As on the plan</div>
          <input type="text" name="subject" id="id_subject" class="govuk-input" aria-describedby="id_subject-hint">
        </div>
        """,
    )


def test_an_error_is_tied_to_its_field():
    html = field("subject", SupportForm({}))
    assertInHTML(
        """<input type="text" name="subject" id="id_subject" class="govuk-input govuk-input--error"
                  aria-invalid="true" aria-describedby="id_subject-hint id_subject-error">""",
        html,
    )
    assertInHTML(
        """<div id="id_subject-error"><p class="govuk-error-message">
             <span class="govuk-visually-hidden">Error:</span> Enter the subject</p></div>""",
        html,
    )


def test_a_label_can_be_the_title_of_the_page():
    html = field("subject", options="as_title=True label='What is it about?' hint=''")
    assertInHTML(
        """<h1 class="govuk-label-wrapper">
             <label class="govuk-label govuk-label--l" for="id_subject">What is it about?</label></h1>""",
        html,
    )
    assert "govuk-hint" not in html


def test_radios_are_a_group_with_a_legend():
    html = field("kind", SupportForm({"kind": "p"}), "as_title=True")
    assertInHTML(
        """<legend class="govuk-fieldset__legend govuk-fieldset__legend--l">
             <h1 class="govuk-fieldset__heading">What do you need?</h1></legend>""",
        html,
    )
    assertInHTML('<input type="radio" name="kind" value="m" id="id_kind_0" class="govuk-radios__input">', html)
    assertInHTML('<input type="radio" name="kind" value="p" id="id_kind_1" class="govuk-radios__input" checked>', html)


def test_the_error_of_a_group_is_said_once():
    html = field("kind", SupportForm({}))
    assertInHTML('<input type="radio" name="kind" value="m" id="id_kind_0" class="govuk-radios__input">', html)
    assert html.count("id_kind-error") == 2  # the fieldset and the message


def test_checkboxes_keep_the_groups_of_their_choices():
    html = field("phases", SupportForm({"phases": ["s"]}))
    assertInHTML('<p class="app-choices-group">Younger</p>', html)
    assertInHTML(
        '<input type="checkbox" name="phases" value="s" id="id_phases_1_0" class="govuk-checkboxes__input" checked>',
        html,
    )


def test_what_need_not_be_answered_says_so():
    assert "Pupils (optional)" in field("pupils")
    assert "optional" not in field("pupils", options="optional=False")


def test_a_number_is_typed_not_spun():
    assertInHTML(
        """<input type="text" name="pupils" id="id_pupils" inputmode="numeric"
                  class="govuk-input govuk-input--width-5">""",
        field("pupils"),
    )


def test_a_width_is_in_characters_or_a_fraction():
    assert 'class="govuk-input govuk-input--width-20"' in field("subject", options="width=20")
    assert 'class="govuk-input govuk-!-width-one-half"' in field("subject", options="width='one-half'")


def test_a_long_text_is_counted_and_never_cut():
    html = field("outcome")
    assertInHTML(
        """<textarea name="outcome" id="id_outcome" rows="5" class="govuk-textarea govuk-js-character-count"
                     aria-describedby="id_outcome-info"></textarea>""",
        html,
    )
    assert 'data-maxlength="200"' in html


def test_a_date_has_three_boxes():
    html = field("starts_on", SupportForm(initial={"starts_on": date(2027, 1, 12)}))
    for index, (part, value, width) in enumerate([("day", 12, 2), ("month", 1, 2), ("year", 2027, 4)]):
        assertInHTML(
            f"""<input class="govuk-input govuk-date-input__input govuk-input--width-{width}" type="text"
                       inputmode="numeric" id="id_starts_on_{index}" name="starts_on_{part}" value="{value}">""",
            html,
        )


def test_a_hidden_field_is_only_an_input():
    assertHTMLEqual(field("key"), '<input type="hidden" name="key" id="id_key">')


def test_all_fields_of_a_form():
    html = render("{% govuk_fields form %}", form=SupportForm())
    assert html.count('class="govuk-form-group"') == 8 + 3  # the date has one for each box
    assert html.count('type="hidden"') == 1


def test_the_summary_links_every_error_to_its_field():
    html = render("{% error_summary form %}", form=SupportForm({"subject": "Reading"}))
    for link in (
        '<a href="#id_kind_0">Answer “What do you need?”</a>',
        '<a href="#id_days">Enter the days, for example 0.5 or 1.75</a>',
        '<a href="#id_outcome">Enter the outcome</a>',
        '<a href="#id_told">Tick “Governors know”</a>',
        '<a href="#id_cpd">Select the CPD goal</a>',
        "<li>Reload the page and send it again</li>",
    ):
        assertInHTML(link, html)
    assert html.count("<li>") == 6


def test_the_summary_takes_formsets_and_what_is_wrong_with_a_whole_form():
    rows = forms.formset_factory(SupportForm, min_num=1, validate_min=True)(
        {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"}
    )
    form = SupportForm({})
    form.add_error(None, "These dates are in the holidays")
    html = render("{% error_summary nothing form rows %}", form=form, rows=rows)
    assertInHTML("<li>These dates are in the holidays</li>", html)
    assertInHTML("<li>Please submit at least 1 form.</li>", html)


def test_no_errors_no_summary():
    assertHTMLEqual(render("{% error_summary form %}", form=SupportForm()), "")


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_signing_in_says_what_is_wrong_in_the_words_of_the_page(client, db, name):
    field = "login" if name == "account_login" else "email"
    before = client.get(reverse(name)).content.decode()
    for sent, said in (
        ("", "Enter the email address"),
        ("nobody", "Enter an email address, like name@example.org"),
        ("a\0b@example.org", "Type it again: it has a character that cannot be read"),
    ):
        html = client.post(reverse(name), {field: sent, "password": "x"}).content.decode()
        assert html.count(said) - before.count(said) == 2, sent  # above, and at the field
        assert not [old for old in ("Enter email<", "Enter a valid", "Null characters") if old in html]


# What a field returns ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [("1.75", 175), ("0.5", 50), (".25", 25), ("2", 200), (" 2.50 ", 250), ("10", 1000), ("9999", 999900)],
)
def test_days_are_integer_hundredths(text, hundredths):
    assert clean(DaysField(), text) == hundredths


@pytest.mark.parametrize(
    "text", ["1e5", "nan", "inf", "1,5", "3 days", "1.", ".", "-", "a day", "9" * 5000, "١", "1_0", "½"]
)
def test_what_is_no_number_of_days(text):
    assert clean(DaysField(), text) == "Enter the days as a number, for example 0.5 or 1.75"


@pytest.mark.parametrize("text", ["1.1", "1.755", "99999.123"])
def test_days_come_in_quarters(text):
    assert clean(DaysField(), text) == "Enter the days in quarters, for example 0.5 or 1.75"


def test_days_have_bounds():
    assert clean(DaysField(), "") == "Enter the days, for example 0.5 or 1.75"
    assert clean(DaysField(), "0") == "Enter 0.25 days or more"
    assert clean(DaysField(), "-1") == "Enter 0.25 days or more"
    assert clean(DaysField(max_value=500), "5.25") == "Enter 5 days or fewer"
    assert clean(DaysField(max_value=500), "5") == 500
    assert clean(DaysField(max_value=500), "99999") == "Enter 5 days or fewer"
    assert clean(DaysField(), "10000") == "Enter 9,999.75 days or fewer"
    assert clean(DaysField(min_value=None), "-10000") == "Enter −9,999.75 days or more"
    assert clean(DaysField(required=False), "") is None


def test_days_may_be_finer_or_negative_where_a_form_says_so():
    assert clean(DaysField(step=1, min_value=None), "-1.57") == -157
    assert clean(DaysField(step=1, min_value=None), "−1.57") == -157


def test_days_are_shown_as_people_type_them():
    assert DaysField().prepare_value(175) == "1.75"
    assert DaysField().prepare_value(-123450) == "-1234.5"
    assert DaysField().prepare_value("1.7x") == "1.7x"
    assert not DaysField().has_changed(175, "1.75")


@pytest.mark.parametrize("parts", [["12", "1", "2027"], ["12", "01", "2027"], ["12", "Jan", "2027"]])
def test_a_date_is_read_from_three_boxes(parts):
    assert clean(DayMonthYearField(), parts) == date(2027, 1, 12)


@pytest.mark.parametrize(
    "parts",
    [
        ["31", "2", "2027"],
        ["12", "", "2027"],
        ["", "1", ""],
        ["12", "1", "27"],
        ["x", "1", "2027"],
        ["12", "13", "2027"],
    ],
)
def test_no_date_of_the_calendar_is_refused(parts):
    assert clean(DayMonthYearField(), parts) == "Enter a real date, for example 12 1 2027"


def test_a_date_can_be_left_out():
    form = SupportForm({"starts_on_day": "", "starts_on_month": " ", "starts_on_year": ""})
    form.full_clean()
    assert form.cleaned_data["starts_on"] is None
    assert clean(DayMonthYearField(), None) == "Enter a date, for example 12 1 2027"


def test_a_date_among_others_is_named():
    assert clean(DayMonthYearField(of="the last day"), None) == "Enter a date for the last day, for example 12 1 2027"
    wrong = ["31", "2", "2027"]
    said = "Enter a real date for the last day, for example 12 1 2027"
    assert clean(DayMonthYearField(of="the last day"), wrong) == said


def test_a_wrong_date_is_shown_again():
    html = field("starts_on", SupportForm({"starts_on_day": "31", "starts_on_month": "2", "starts_on_year": "2027"}))
    assertInHTML(
        """<input class="govuk-input govuk-date-input__input govuk-input--width-2 govuk-input--error" type="text"
                  inputmode="numeric" id="id_starts_on_0" name="starts_on_day" value="31">""",
        html,
    )


# Components --------------------------------------------------------------------------------


def test_a_button_sends_its_form_once():
    assertHTMLEqual(
        render('{% button kind="warning" name="remove" %}Remove {{ who }}{% endbutton %}', who="<Ann>"),
        """<button type="submit" class="govuk-button govuk-button--warning" data-module="govuk-button"
                   data-prevent-double-click="true" name="remove">Remove &lt;Ann&gt;</button>""",
    )


def test_a_button_can_look_like_a_link():
    html = render('{% button kind="link" form="cancel" %}Cancel{% endbutton %}')
    assertHTMLEqual(html, '<button type="submit" class="app-link-button" form="cancel">Cancel</button>')


@pytest.mark.parametrize("to", ['"exchange:school" 100', "url"])
def test_a_link_looks_like_a_button(to):
    assertHTMLEqual(
        render(f'{{% link_button {to} kind="secondary" %}}See it{{% endlink_button %}}', url="/schools/100/"),
        """<a class="govuk-button govuk-button--secondary" href="/schools/100/" role="button" draggable="false"
              data-module="govuk-button">See it</a>""",
    )


def test_buttons_that_are_alike_are_told_apart_by_those_who_listen():
    buttons = [{"url": "/a/", "label": "Plan", "quiet": True}]
    html = render('{% include "_partials/buttons.html" %}', buttons=buttons, about="to <Ash>")
    assert "govuk-button--secondary" in html
    assertInHTML('<span class="govuk-visually-hidden">to &lt;Ash&gt;</span>', html)


def test_a_table_has_a_caption_and_a_heading_for_each_column():
    assertHTMLEqual(
        render('{% table caption "What" "Days"|numeric "Do"|unseen %}<tr></tr>{% endtable %}', caption="<All>"),
        """<table class="govuk-table app-table">
             <caption class="govuk-table__caption govuk-visually-hidden">&lt;All&gt;</caption>
             <thead class="govuk-table__head">
               <tr class="govuk-table__row">
                 <th scope="col" class="govuk-table__header">What</th>
                 <th scope="col" class="govuk-table__header govuk-table__header--numeric">Days</th>
                 <th scope="col" class="govuk-table__header"><span class="govuk-visually-hidden">Do</span></th>
               </tr>
             </thead>
             <tbody class="govuk-table__body"><tr></tr></tbody>
           </table>""",
    )


@pytest.mark.parametrize(("sees_all", "count"), [(True, 2), (False, 1)])
def test_a_column_can_be_left_out(sees_all, count):
    html = render('{% table "All" "What" "Held"|when:sees_all|numeric %}{% endtable %}', sees_all=sees_all)
    assert html.count("<th ") == count


def test_a_caption_is_seen_where_it_has_a_size():
    html = render('{% table "All" "What" caption_size="m" %}{% endtable %}')
    assertInHTML('<caption class="govuk-table__caption govuk-table__caption--m">All</caption>', html)


def test_a_row_of_a_summary_list_holds_more_than_text():
    assertHTMLEqual(
        render(
            "{% summary_list wide=True %}{% summary_row key %}<b>{{ a }}</b>{% endsummary_row %}{% endsummary_list %}",
            key="A & B",
            a="<Ann>",
        ),
        """<dl class="govuk-summary-list app-summary-wide">
             <div class="govuk-summary-list__row govuk-summary-list__row--no-actions">
               <dt class="govuk-summary-list__key">A &amp; B</dt>
               <dd class="govuk-summary-list__value"><b>&lt;Ann&gt;</b></dd>
             </div>
           </dl>""",
    )


# How numbers are written -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("show", "value", "text"),
    [
        (words.days, 175, "1.75"),
        (words.days, 500, "5"),
        (words.days, 1000, "10"),
        (words.days, 50, "0.5"),
        (words.days, -250, "−2.5"),
        (words.days, 0, "0"),
        (words.days, 125000, "1,250"),
        (words.days, None, ""),
        (words.days_long, 175, "1.75 days"),
        (words.days_long, 100, "1 day"),
        (words.days_long, 50, "0.5 days"),
        (words.days_long, 0, "0 days"),
        (words.days_long, None, ""),
        (words.signed_days, 600, "+6"),
        (words.signed_days, -250, "−2.5"),
        (words.signed_days, 0, "0"),
        (words.signed_days, None, ""),
        (words.pounds, 122500, "£1,225.00"),
        (words.pounds, 5, "£0.05"),
        (words.pounds, -18375, "−£183.75"),
        (words.pounds, None, ""),
        (words.clock, time(11, 5), "11:05am"),
        (words.clock, time(9), "9am"),
        (words.clock, time(12), "midday"),
        (words.clock, time(0), "midnight"),
        (words.clock, time(0, 30), "12:30am"),
        (words.clock, time(12, 30), "12:30pm"),
        (words.clock, time(15, 45), "3:45pm"),
        (words.clock, datetime(2027, 7, 1, 14, 45, tzinfo=UTC), "3:45pm"),
        (words.clock, None, ""),
    ],
)
def test_numbers_and_times(show, value, text):
    assert show(value) == text


# Partials ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "colour"), [(status, colour) for colour, names in STATUSES.items() for status in names.split()]
)
def test_every_status_has_its_colour(status, colour):
    assertHTMLEqual(
        render("{% status_tag status 'Its name' %}", status=status),
        f'<strong class="govuk-tag {colour and "govuk-tag--" + colour}">Its name</strong>',
    )


def test_pages_keep_the_rest_of_the_address(rf):
    page = Paginator(range(50), 10).page(2)
    html = render("{% paginate page %}", page=page, request=rf.get("/?phase=Primary&page=2"))
    assertInHTML(
        """<a class="govuk-link govuk-pagination__link" href="?phase=Primary&page=2" aria-label="Page 2"
              aria-current="page">2</a>""",
        html,
    )
    assert html.count('href="?phase=Primary&amp;page=3"') == 2  # its number, and Next


def test_one_page_needs_no_links(rf):
    page = Paginator(range(5), 10).page(1)
    assertHTMLEqual(render("{% paginate page %}", page=page, request=rf.get("/")), "")


def test_a_timeline_says_who_and_when():
    event = {"at": datetime(2027, 1, 14, 11, 5, tzinfo=UTC), "title": "Offered", "who": "Ruth Coe", "detail": "<b>"}
    html = render_to_string("_partials/timeline.html", {"events": [event]})
    assertInHTML(
        """<p class="app-timeline__by"><time datetime="2027-01-14T11:05:00+00:00">14 January 2027 at 11:05am</time>,
           Ruth Coe</p>""",
        html,
    )
    assertInHTML("<p>&lt;b&gt;</p>", html)


def test_a_task_says_by_when():
    task = {"title": "Confirm the visit", "url": "/v", "due": date(2027, 1, 28), "tag": "Late", "tag_status": "overdue"}
    html = render_to_string("_partials/tasks.html", {"items": [task]})
    assertInHTML('<a class="govuk-link govuk-task-list__link" href="/v">Confirm the visit</a>', html)
    assertInHTML('<div class="govuk-task-list__hint">By Thursday 28 January</div>', html)
    assertInHTML('<strong class="govuk-tag govuk-tag--red">Late</strong>', html)


# Every page ---------------------------------------------------------------------------------


@pytest.fixture
def page(rf):
    """Renders a template as somebody who is not signed in."""

    def render_page(template="base.html", path="/somewhere", **context):
        request = rf.get(path)
        request.user = AnonymousUser()
        return render_to_string(template, context, request)

    return render_page


def test_a_page_wears_the_alliances_name_and_colour(page):
    html = page(acting={"alliance_name": "Northfield Schools Alliance", "colour": "plum"})
    assert '<body class="govuk-template__body app-colour-plum">' in html
    assertInHTML('<a href="/" class="govuk-generic-header__homepage-link">Northfield Schools Alliance</a>', html)


def test_the_navigation_marks_where_one_is(page):
    html = page(navigation=[{"title": "Home", "url": "/"}, {"title": "Requests", "url": "/r/", "current": True}])
    assertInHTML('<a class="govuk-service-navigation__link" href="/">Home</a>', html)
    assertInHTML(
        """<a class="govuk-service-navigation__link" href="/r/" aria-current="true">
             <strong class="govuk-service-navigation__active-fallback">Requests</strong></a>""",
        html,
    )


def test_success_is_quiet_and_trouble_is_a_banner(page):
    html = page(
        messages=[
            Message(constants.SUCCESS, "Sent."),
            Message(constants.WARNING, "The date is missing."),
            Message(constants.SUCCESS, ""),
        ]
    )
    assertInHTML('<div class="app-notice" role="status"><p class="govuk-body">Sent.</p></div>', html, count=1)
    assertInHTML('<p class="govuk-notification-banner__heading">The date is missing.</p>', html)
    assert html.count('role="status"') == 1


def test_the_title_says_that_there_is_an_error(page):
    assert "<title>Error: " in page(form=SupportForm({}))
    assert "<title>Error: " not in page(form=SupportForm())


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("400.html", "The address or the form was not right"),
        ("403.html", "You cannot do this"),
        ("403_csrf.html", "Your page was out of date"),
        ("404.html", "Page not found"),
        ("409.html", "That was not possible"),
        ("500.html", "Sorry, there is a problem"),
    ],
)
def test_a_page_of_a_fault_needs_no_context(template, title):
    assertInHTML(f'<h1 class="govuk-heading-l">{title}</h1>', render_to_string(template))


def test_a_refusal_says_why_and_what_next(page):
    html = page("409.html", sentence="It has lapsed.", next_url="/c/1/", next_label="See the commission")
    assertInHTML('<p class="govuk-body-l">It has lapsed.</p>', html)
    assertInHTML(
        """<a class="govuk-button" href="/c/1/" role="button" draggable="false" data-module="govuk-button">
             See the commission</a>""",
        html,
    )


def test_signing_in_says_how_people_join(page):
    from allauth.account.forms import LoginForm

    html = page("account/login.html", path="/accounts/login/", form=LoginForm())
    assertInHTML('<h1 class="govuk-heading-l">Sign in</h1>', html)
    assertInHTML(
        """<p class="govuk-body">
             People join by invitation from their alliance's coordinator. Ask yours to invite you.</p>""",
        html,
    )
    assert "signup" not in html
    assert "govuk-service-navigation" not in html
