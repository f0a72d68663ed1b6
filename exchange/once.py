"""Every form that creates or acts carries a hidden key; sent twice, it is answered with the first result."""

from functools import wraps
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect

from .errors import Refused
from .models import Submission


class _Unfinished(Exception):
    def __init__(self, response):
        self.response = response


def new_key():
    return str(uuid4())


def once(view):
    """A view whose POST happens once for each hidden key, in one transaction.

    A POST that answers with anything but a redirect made nothing: it is rolled back with its key, so
    that the corrected form can be sent again.
    """

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "POST"])
        key = _key(request)
        try:
            with transaction.atomic():
                submission, is_new = Submission.objects.get_or_create(
                    key=key, defaults={"user": request.user, "path": request.path[:200]}
                )
                if not is_new:
                    return _first_answer(submission, request)
                response = view(request, *args, **kwargs)
                if response.status_code != 302:
                    raise _Unfinished(response)
                Submission.objects.filter(pk=submission.pk).update(location=response.url[:300])
                return response
        except _Unfinished as unfinished:
            return unfinished.response

    return wrapped


def _key(request):
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise Refused(
            "This page was too old to be sent. Open it again and send it once more.",
            request.path,
            "Open the page again",
        ) from None


def _first_answer(submission, request):
    if submission.user_id != request.user.pk or submission.path != request.path:
        raise Refused("This form was sent before for something else.", request.path, "Open the page again")
    return redirect(submission.location)
