"""The admin of coordinators and superusers: who comes in, and in which order its index is read."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.decorators import method_decorator

from .scope import own_alliances

GROUPS = ("Every day", "Schools and people", "Rules of the alliance", "Records", "Signing in")


class PortalAdminSite(admin.AdminSite):
    site_title = site_header = "Support Exchange"
    index_title = "Administration"
    empty_value_display = "–"
    enable_nav_sidebar = False  # the lists need the width; the index is a click away

    def has_permission(self, request):
        """A running role of coordinator, asked anew at each request; the tick `is_staff` alone opens nothing."""
        user = request.user
        if not (user.is_active and user.is_staff):
            return False
        return user.is_superuser or bool(own_alliances(request))

    @login_not_required
    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        # Django's own form would be a way round allauth's rate limits and second factor: it is never shown.
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def get_urls(self):
        # view_on_site gives the address of any row of any alliance by its number.
        return [pattern for pattern in super().get_urls() if getattr(pattern, "name", "") != "view_on_site"]

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        groups = {name: [] for name in GROUPS}
        for model in (model for app in apps for model in app["models"]):
            model_admin = self.get_model_admin(model["model"])
            model["name"] = getattr(model_admin, "index_name", "") or model["name"]
            groups[getattr(model_admin, "group", GROUPS[-1])].append((getattr(model_admin, "position", 0), model))
        return [
            {
                "name": name,
                "app_label": name.lower().replace(" ", "-"),
                "models": [model for _, model in sorted(models, key=lambda pair: (pair[0], pair[1]["name"]))],
            }
            for name, models in groups.items()
            if models
        ]
