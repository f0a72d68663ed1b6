"""What allauth keeps of signing in. Nobody reads a secret here, or makes a way in for somebody else."""

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.admin import UserSession
from django.contrib import admin

from ..scope import DELETE, VIEW, ScopedAdmin

# Importing allauth's own admin modules first has registered theirs, which show secrets and add what they like.
# Where one may sign in is set by the environment, and no token is kept.
for model in (EmailAddress, Authenticator, UserSession, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(model)


@admin.register(EmailAddress)
class EmailAddressAdmin(ScopedAdmin):
    group = "Signing in"
    coordinators_may, superusers_may = (), (VIEW,)
    list_display = fields = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    list_select_related = ("user__person",)
    search_fields = ("email", "user__person__name")


@admin.register(Authenticator)
class AuthenticatorAdmin(ScopedAdmin):
    """A second factor of somebody who has lost it is taken away; its secret is never shown."""

    group = "Signing in"
    index_name = "Second factors"
    coordinators_may, superusers_may = (), (VIEW, DELETE)
    list_display = fields = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type", "created_at")
    list_select_related = ("user__person",)
    search_fields = ("user__email", "user__person__name")


@admin.register(UserSession)
class UserSessionAdmin(ScopedAdmin):
    """The key of a session opens it, so it is not shown."""

    group = "Signing in"
    coordinators_may, superusers_may = (), (VIEW, DELETE)
    list_display = fields = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    list_select_related = ("user__person",)
    search_fields = ("user__email", "user__person__name", "ip")


@admin.register(SocialAccount)
class SocialAccountAdmin(ScopedAdmin):
    """What the other site told is not shown: only which account of whom is connected."""

    group = "Signing in"
    index_name = "Sign-ins elsewhere"
    coordinators_may, superusers_may = (), (VIEW, DELETE)
    list_display = fields = ("user", "provider", "date_joined", "last_login")
    list_filter = ("provider",)
    list_select_related = ("user__person",)
    search_fields = ("user__email", "user__person__name")
