"""An address for every page that is only read. Those of the forms that act stand in tests/exchange/acts.py."""

from django.urls import reverse

from exchange import actions
from staff import actions as people_actions
from tests import factories
from tests.exchange import work_cases as cases
from tests.exchange.acts import ACTS
from tests.exchange.acts_of_the_bank import of_a_charge
from tests.exchange.cases import a_request

OF_A_SCHOOL = (
    "school", "requests", "school_details", "school_commissions", "school_charges", "directory", "our_leaders",
    "delegates", "statement", "statement_csv", "statement_sums_csv", "statement_pdf",
)  # fmt: skip
OF_AN_ALLIANCE = (
    "alliance", "alliance_requests", "alliance_commissions", "alliance_charges", "concerns", "bank", "bank_csv",
    "years",
)  # fmt: skip


def address_of(name, cast):
    """The address of a page that is only read, with whatever stands on it."""
    short = name.split(":")[-1]
    if short in OF_A_SCHOOL:
        return reverse(name, args=[cast.asking.pk])
    if short in OF_AN_ALLIANCE:
        return reverse(name, args=[cast.alliance.slug])
    return reverse(name, args=THINGS[short](cast) if short in THINGS else [])


def a_charge(cast):
    _, address, _ = of_a_charge("pay_charge", {}, cast)
    return [int(address.split("/")[2])]


def shown(cast):
    request = a_request(cast, supported_person="Nora Quill")
    return [actions.supported_person.show(support_request=request, by=cast.head, reason="").pk]


def disclosed(cast):
    person = factories.business_manager_of(cast.asking).person
    return [people_actions.disclose(person=person, by=cast.coordinator, reason="Asked by letter").pk]


THINGS = {
    "my_data_file": lambda cast: ["json"],
    "who_saw": lambda cast: [a_request(cast, supported_person="Nora Quill").pk],
    "sighting": shown,
    "disclosure": disclosed,
    "disclosure_file": lambda cast: [*disclosed(cast), "json"],
    "calendar_feed": lambda cast: [people_actions.make_calendar_feed(by=cast.lead)],
    "request": lambda cast: [a_request(cast).pk],
    "request_sent": lambda cast: [a_request(cast, status="submitted").pk],
    "shortlist": lambda cast: [a_request(cast).pk],
    "leader_page": lambda cast: [cast.asking.pk, cast.leader.pk],
    "commission": lambda cast: [cases.active(cast).pk],
    "visit_calendar": lambda cast: [cases.planned(cast).pk],
    "charge": a_charge,
    "charge_pdf": a_charge,
}


def act(name, cast):
    """The address and the data of a form that acts: the first of those its URL has, or the one that is named."""
    key = name if name in ACTS else next(act for act in ACTS if act.split()[0] == name)
    _, address, data = ACTS[key](cast)
    return address, data


#: What allauth's addresses name: keys, tokens and sites that do not exist.
KEYS = {
    "staff:accept_invitation": ["nothing"],
    "mfa_edit_webauthn": ["1"],
    "mfa_remove_webauthn": ["1"],
    "openid_connect_login": ["nobody"],
    "openid_connect_callback": ["nobody"],
    "account_confirm_email": ["nothing"],
    "account_reset_password_from_key": ["1", "no-key"],
}
