from exchange.demo import accounts
from tests import factories


def test_an_account_whose_address_has_changed_is_left_out_of_the_list(db):
    first, second = accounts.accounts()[:2]
    factories.UserFactory(email=first["email"])
    listed = accounts.table("http://127.0.0.1:8000")
    assert first["email"] in listed
    assert second["email"] not in listed
