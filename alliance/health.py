from django.http import HttpResponse


class HealthMiddleware:
    """Answers /healthz: the process is alive.

    Above the redirect to TLS and the check of the Host, which would answer a health check with 301 or 400.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/healthz":
            return HttpResponse("alive\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        return self.get_response(request)
