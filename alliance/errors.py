"""The pages of errors, which need no database: it may be what failed.

Whoever is signed in sees them with the navigation; where that cannot be read, they come without.
"""

from django.db import Error
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views import csrf, defaults


def permission_denied(request, exception):
    return _page(defaults.permission_denied, request, exception, status=403)


def page_not_found(request, exception):
    return _page(defaults.page_not_found, request, exception, status=404)


def csrf_failure(request, reason=""):
    return _page(csrf.csrf_failure, request, reason, status=403, template="403_csrf.html")


def _page(view, *args, status, template=None):
    try:
        return view(*args)
    except Error:
        return HttpResponse(render_to_string(template or f"{status}.html"), status=status)
