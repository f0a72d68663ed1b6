from django.conf import settings

from . import rules


def second_factor(request):
    """Context processor: where coordinators sign in with a password alone, who has yet to set one up, who keeps it."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    return {
        "second_factor_is_off": not settings.SECOND_FACTOR_REQUIRED,
        "second_factor_is_missing": name == "mfa_index" and rules.lacks_second_factor(request.user),
        "second_factor_stays": name == "mfa_index" and rules.keeps_last_factor(request.user),
    }
