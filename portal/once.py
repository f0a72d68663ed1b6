"""Every form that creates or acts carries a hidden key; sent twice, it is answered with the first result."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .errors import Refused
from .models import Submission

View = Callable[..., HttpResponse]
NO_ANSWERS = {"key", "csrfmiddlewaretoken"}


class _Unfinished(Exception):
    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def new_key() -> str:
    return str(uuid4())


def submit_once(view: View) -> View:
    """A view whose POST happens once for each hidden key, in one transaction.

    The same key with the same content is answered with the first one's result, with other content
    refused: what was done is not changed by sending its form again.

    A POST that answers with anything but a redirect made nothing: it is rolled back with its key, so
    that the corrected form can be sent again.
    """
    return _keyed(view, _was_done)


def submit_last(view: View) -> View:
    """`once` for a page that saves its answer over the one before, see docs/decisions/0008.

    What repeats the last sending of this page is a second sending. Everything else is a new one, with
    the same key too: somebody went back in the browser and corrected the answer.
    """
    return _keyed(view, _is_the_last)


def _keyed(view: View, is_second: Callable[[Submission, str, HttpRequest], bool]) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "POST"])
        key, digest = _key(request), _digest(request.POST)
        try:
            with transaction.atomic():
                submission, is_new = Submission.objects.get_or_create(
                    key=key, defaults={"user": cast(Any, request.user), "path": request.path[:200], "digest": digest}
                )
                if not is_new and is_second(_own(submission, request), digest, request):
                    return redirect(submission.location)
                response = view(request, *args, **kwargs)
                if response.status_code != 302:
                    raise _Unfinished(response)
                Submission.objects.filter(pk=submission.pk).update(
                    location=response["Location"][:300], digest=digest, at=timezone.now()
                )
                return response
        except _Unfinished as unfinished:
            return unfinished.response

    return wrapped


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise _refusal("This page was too old to be sent. Open it again and send it once more.", request) from None


def _digest(answers: QueryDict) -> str:
    """A fingerprint of what was sent. Without the server's secret nobody can try out what it was."""
    content = sorted((name, values) for name, values in answers.lists() if name not in NO_ANSWERS)
    return salted_hmac("portal.once", json.dumps(content), algorithm="sha256").hexdigest()


def _own(submission: Submission, request: HttpRequest) -> Submission:
    if submission.user_id != request.user.pk or submission.path != request.path:
        raise _refusal("This form was sent before for something else.", request)
    return submission


def _was_done(submission: Submission, digest: str, request: HttpRequest) -> bool:
    if submission.digest != digest:
        raise _refusal("This page was sent before with other answers, so these were not saved.", request)
    return True


def _is_the_last(submission: Submission, digest: str, request: HttpRequest) -> bool:
    last = Submission.objects.filter(path=request.path).latest("at")
    return (last.pk, last.digest) == (submission.pk, digest)


def _refusal(sentence: str, request: HttpRequest) -> Refused:
    return Refused(sentence, request.get_full_path(), "Open the page again")
