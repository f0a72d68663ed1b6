from django.conf import settings
from django.utils.cache import patch_cache_control


class ResourcePolicyMiddleware:
    """Cross-Origin-Resource-Policy: no other site embeds a page or a file of the portal."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class NoStoreMiddleware:
    """No browser or proxy keeps a page of somebody who is signed in: Back asks the server anew.

    Whoever is signed in has the session's cookie; to look at that alone asks no database, which may be what
    failed. Above every part that answers by itself, below the static files.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            patch_cache_control(response, no_store=True)
        return response
