from django.conf import settings
from django.shortcuts import redirect

from . import rules

# What one needs to set up a second factor, or to go.
OPEN = {
    "account_logout",
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "usersessions_list",
}


class SecondFactorMiddleware:
    """Whose role demands a second factor sets it up before anything else, in the portal and the admin alike.

    Asked anew at each request: a role that begins today counts today.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        name = "" if match.namespaces else match.url_name or ""  # the admin has pages of the same names
        is_open = not getattr(view, "login_required", True) or name in OPEN or name.startswith("mfa_")
        if not settings.SECOND_FACTOR_REQUIRED or is_open or not request.user.is_authenticated:
            return None
        return redirect("mfa_index") if rules.lacks_second_factor(request.user) else None
