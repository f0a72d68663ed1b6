from tests import factories

PASSWORD = "a long fictional password"


def sign_in(visitor, email, password=PASSWORD):
    visitor.fill("Email address", email)
    visitor.fill("Password", password)
    visitor.press("Sign in")


def test_a_head_signs_in_and_out(visit, db):
    head = factories.head_of(factories.member(factories.AllianceFactory()), email="head@example.org")
    visitor = visit()
    visitor.open("/")
    sign_in(visitor, "Head@Example.org")
    assert visitor.heading == "Support for your school"
    assert visitor.sees(head.roles.get().school.name)
    visitor.press("Sign out")
    visitor.open("/")
    assert visitor.heading == "Sign in"


def test_a_wrong_password_is_said_without_more(visit, db):
    factories.UserFactory(email="head@example.org")
    visitor = visit()
    visitor.open("/accounts/login/")
    sign_in(visitor, "head@example.org", "another fictional password")
    assert visitor.heading == "Sign in"
    assert visitor.page.get_by_role("alert").is_visible()
