from allauth.account.decorators import reauthentication_required
from allauth.account.utils import perform_login
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from .. import invitations
from ..forms.joining import EndSessionsForm, JoinForm
from ..models import Mail

LATEST = 50

# For a view that is sensitive: whoever has not given password or code in the last five minutes does so first.
sign_in_again = reauthentication_required


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


# Coming in ---------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request, token):
    """Whoever has the link of an invitation joins by it, or takes on the role after signing in."""
    invitation = invitations.find(token)
    if invitation is None:
        return render(request, "staff/invitation_unusable.html", status=404)
    if request.user.is_authenticated:
        return _take_on(request, invitation)
    if invitations.has_account(invitation.email):
        sign_in = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
        return render(request, "staff/accept_invitation.html", {"invitation": invitation, "sign_in": sign_in})
    person = invitations.who_joins(invitation)
    form = JoinForm(request.POST or None, email=invitation.email, person=person, initial={"name": invitation.name})
    if not form.is_valid():
        context = {"form": form, "invitation": invitation, "person": person}
        return render(request, "staff/accept_invitation.html", context)
    facts = {"name": form.cleaned_data.get("name", ""), "password": form.cleaned_data["password1"]}
    user = invitations.join(invitation=invitation, **facts)
    return perform_login(request, user, email_verification=None)


def _take_on(request, invitation):
    if not invitations.is_for(request.user, invitation):
        return render(request, "staff/invitation_for_another.html", {"invitation": invitation}, status=403)
    if request.method == "POST":
        invitations.accept(invitation=invitation, by=request.user)
        messages.success(request, f"You have accepted: {invitation.what}.")
        return redirect("home")
    return render(request, "staff/accept_invitation.html", {"invitation": invitation})


class Sessions(ListUserSessionsView):
    """Where somebody is signed in: allauth's page, on which a single browser can be signed out too."""

    form_class = EndSessionsForm

    def form_valid(self, form):
        form.save(self.request)
        messages.success(self.request, "Signed out there." if form.cleaned_data["session"] else "Signed out elsewhere.")
        return redirect(self.get_success_url())

    def form_invalid(self, form):
        messages.info(self.request, "That browser is signed out already.")
        return redirect(self.get_success_url())
