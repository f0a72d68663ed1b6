from tests import factories


def test_a_head_signs_in_and_out(visit, db):
    head = factories.head_of(factories.member(factories.AllianceFactory()), email="head@example.org")
    visitor = visit()
    visitor.open("/accounts/login/")
    visitor.page.get_by_label("Email").fill("Head@Example.org")
    visitor.page.get_by_label("Password").fill("a long fictional password")
    visitor.press("Sign in")
    assert visitor.sees(head.roles.get().school.name)
