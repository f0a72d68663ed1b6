def test_a_health_check_is_answered_above_tls_and_host(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["example.org"]
    answer = client.get("/healthz", headers={"host": "10.0.0.1"})
    assert (answer.status_code, answer.content) == (200, b"alive\n")
