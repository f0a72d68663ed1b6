from tests.exchange.cases import look, send, url_of
from tests.exchange.work_cases import active, diagnostic


def test_it_reports(client, cast):
    commission = diagnostic(cast)
    data = {"findings": "Start with reading", "no_further_support": "on"}
    send(client, cast.lead, url_of("report_findings", commission), **data)
    commission.refresh_from_db()
    assert (commission.findings, commission.no_further_support) == ("Start with reading", True)
    page = look(client, cast.head, commission.get_absolute_url()).content.decode()
    assert "Start with reading" in page
    assert "No further support is needed." in page


def test_only_of_a_diagnostic(client, cast):
    response = send(client, cast.lead, url_of("report_findings", active(cast)), findings="Something")
    assert response.status_code == 409
