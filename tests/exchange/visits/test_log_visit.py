from exchange.models import Commission
from tests.exchange.cases import a_day, a_logged_visit, a_visit, look, send, url_of
from tests.exchange.work_cases import agreed, planned


def test_it_logs_and_starts_the_work(client, cast):
    visit = planned(cast)
    send(client, cast.lead, url_of("log_visit", visit), days="0.75", note="Modelled", next_steps="Plan")
    visit.refresh_from_db()
    assert (visit.status, visit.days, visit.note, visit.next_steps) == ("logged", 75, "Modelled", "Plan")
    assert Commission.objects.get(pk=visit.leg.commission_id).status == "active"


def test_the_planned_days_stand_there(client, cast):
    page = look(client, cast.lead, url_of("log_visit", planned(cast)))
    assert page.context["form"]["days"].value() == "1"


def test_a_visit_ahead_cannot_be_logged(client, cast):
    visit = a_visit(cast, agreed(cast), on=a_day())
    assert send(client, cast.lead, url_of("log_visit", visit), days="1", note="Done").status_code == 409
    assert url_of("log_visit", visit) not in look(client, cast.lead, visit.get_absolute_url()).content.decode()


def test_more_than_the_agreed_days_need_a_variation(client, cast):
    commission = agreed(cast)
    a_logged_visit(cast, commission, days=400)
    visit = a_visit(cast, commission, days=50)
    response = send(client, cast.lead, url_of("log_visit", visit), days="1.5", note="A long day")
    assert response.context["form"].errors.keys() == {"days"}
    page = response.content.decode()
    assert "A long day" in page
    assert url_of("propose_variation", commission.leg) in page
    visit.refresh_from_db()
    assert visit.status == "planned"
