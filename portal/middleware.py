from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .errors import Refused


class RefusalMiddleware:
    """What was refused is a page that says so and what to do next, never a server error.

    A page that is only opened comes mostly by the browser's Back, after the act went well: it speaks of no click.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        context = {
            "sentence": exception.sentence,
            "stands": exception.stands,
            "next_url": exception.next_url,
            "next_label": exception.next_label,
            "is_only_opened": request.method in ("GET", "HEAD"),
        }
        return render(request, "409.html", context, status=409)
