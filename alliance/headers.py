"""What every answer says about who may keep it, embed it, and run what on it."""

from csp.constants import NONE, SELF
from django.conf import settings
from django.utils.cache import patch_cache_control

POWERS = (
    "accelerometer browsing-topics camera display-capture geolocation gyroscope magnetometer microphone midi payment "
    "screen-wake-lock usb xr-spatial-tracking"
)
PERMISSIONS: dict[str, list[str]] = {name: [] for name in POWERS.split()}


def content_security(forms_lead_to):
    """The policy of every page, as django-csp's setting. A sign-in elsewhere begins with a form that is redirected."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:"],  # the QR code of the second factor is a data: image
            "font-src": [SELF],
            "connect-src": [SELF],
            "form-action": [SELF, *forms_lead_to],
            "object-src": [NONE],
            "base-uri": [NONE],
            "frame-ancestors": [NONE],
        },
    }


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
