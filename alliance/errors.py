"""The pages of errors, which need no database: it may be what failed.

Whoever is signed in sees them with the navigation; where that cannot be read, they come without.
"""

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import resolve
from django.views import csrf, defaults


def permission_denied(request, exception):
    return _page(defaults.permission_denied, request, exception, status=403)


def page_not_found(request, exception):
    return _page(defaults.page_not_found, request, exception, status=404)


class NotFoundMiddleware:
    """With DEBUG, Django would show a list of all addresses: who tries the portal out sees its own page."""

    def __init__(self, get_response):
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        try:
            resolve(request.path_info)
        except Http404 as nowhere:
            return page_not_found(request, nowhere)
        return self.get_response(request)

    def process_exception(self, request, exception):
        return page_not_found(request, exception) if isinstance(exception, Http404) else None


def csrf_failure(request, reason=""):
    return _page(csrf.csrf_failure, request, reason, status=403, template="403_csrf.html")


def _page(view, *args, status, template=None):
    try:
        return view(*args)
    except Error:
        return HttpResponse(render_to_string(template or f"{status}.html"), status=status)
