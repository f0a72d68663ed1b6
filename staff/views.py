from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .models import Mail

LATEST = 50


@login_not_required
@require_safe
def accessibility(request):
    return render(request, "staff/accessibility.html")


@login_not_required
@require_safe
def privacy(request):
    return render(request, "staff/privacy.html")


@login_not_required
@require_safe
def mail(request):
    """The latest mail, to look at while trying the portal out. Only in debug: links in it open accounts."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "staff/mail.html", {"letters": Mail.objects.order_by("-pk")[:LATEST]})
