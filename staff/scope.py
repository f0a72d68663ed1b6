"""What a coordinator sees in the admin: the rows of the own alliances, everywhere, and by role alone.

One mechanism: `own` says which rows are a coordinator's. Lists, searches, pages, autocompletes, bulk
actions, dropdowns and the choices of filters all ask it. Coordinators hold no Django permissions, so
that a role which is taken away is gone with the next request.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DataError
from django.utils import timezone
from django.utils.text import capfirst

from schools.models import Membership, current

from . import rules

VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"


def own_alliances(request):
    """Ids of the alliances the user coordinates now, read once a request."""
    if not hasattr(request, "own_alliances"):
        coordinated = rules.alliances_coordinated_by(request.user)
        request.own_alliances = list(coordinated.values_list("pk", flat=True))
    return request.own_alliances


def schools_of(alliances):
    """Ids of the schools that are members of alliances today; not of those that have left or are yet to come."""
    return Membership.objects.filter(current(timezone.localdate()), alliance__in=alliances).values("school")


def is_member_elsewhere(schools, alliances):
    """Whether one of the schools is a member, today or later, of an alliance other than these."""
    others = Membership.objects.filter(school__in=schools).exclude(alliance__in=alliances)
    return others.exclude(ends_on__lt=timezone.localdate()).exists()


def whole_number(text):
    """The number of an address's "?account=12", or None where no row can have such a number."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        return None
    return int(text)


class ForgivingList(ChangeList):
    """A value that no filter can use (the year 0, a number beyond the database's) is dropped by a redirect."""

    def __init__(self, request, *args, **kwargs):
        try:
            super().__init__(request, *args, **kwargs)
        except (ValueError, OverflowError, ValidationError, DataError) as error:
            if not request.GET:
                raise
            raise IncorrectLookupParameters(error) from error


class Scoped:
    """Of a ModelAdmin and of an inline alike: own rows only, and rights that come from the role."""

    alliance_path: str | None = None  # the lookup from a row to its alliance; None: rows that all alliances share
    coordinators_may: tuple[str, ...] = (VIEW,)
    superusers_may: tuple[str, ...] | None = None  # None: the same as coordinators
    view_on_site: bool | Callable[..., Any] = False

    def own(self, rows, alliances):
        """Those of the rows that belong to alliances (ids)."""
        return rows.filter(**{f"{self.alliance_path}__in": alliances}) if self.alliance_path else rows

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else self.own(rows, own_alliances(request))

    def get_field_queryset(self, db, db_field, request):
        """The rows of a dropdown or an autocomplete are those of the list."""
        try:
            return self.admin_site.get_model_admin(db_field.remote_field.model).get_queryset(request)
        except NotRegistered:
            return db_field.remote_field.model._default_manager.none()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and hasattr(field.widget, "can_add_related"):
            # The pencils and crosses beside a dropdown lead away from the form.
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field

    def _may(self, request, act):
        if not self.admin_site.has_permission(request):
            return False
        if request.user.is_superuser:
            return act in (self.coordinators_may if self.superusers_may is None else self.superusers_may)
        return act in self.coordinators_may

    def has_module_permission(self, request):
        return self._may(request, VIEW)

    def has_view_permission(self, request, obj=None):
        return self._may(request, VIEW)

    def has_add_permission(self, request, obj=None):
        return self._may(request, ADD)

    def has_change_permission(self, request, obj=None):
        return self._may(request, CHANGE)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, DELETE)


class ScopedAdmin(Scoped, admin.ModelAdmin):
    group = "Records"
    position = 50
    index_name = ""
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(self, lookup, value, request=None):
        """Only by what the list filters by: any other would tell, letter by letter, what no page shows."""
        first = lookup.split("__")[0]
        try:
            self.opts.get_field(first)
        except FieldDoesNotExist:
            return True
        filters = [item[0] if isinstance(item, tuple) else item for item in self.get_list_filter(request)]
        names = [name for name in (*filters, self.date_hierarchy) if isinstance(name, str)]
        own_names = [getattr(item, "parameter_name", None) for item in filters]  # of filters that are classes
        listed = lookup in own_names or any(lookup == name or lookup.startswith(f"{name}__") for name in names)
        return listed and super().lookup_allowed(lookup, value, request)

    def get_changelist(self, request, **kwargs):
        return ForgivingList

    def tools(self, request, obj):
        """(label, address) of the buttons above a row's page."""
        return []

    def list_tools(self, request):
        """(label, address) of the buttons above the list."""
        return []

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["tools"] = self.tools(request, obj) if change else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changelist_view(self, request, extra_context=None):
        context = {"title": self.index_name or capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**context, "tools": self.list_tools(request), **(extra_context or {})})


class ScopedTabularInline(Scoped, admin.TabularInline):
    extra = 0


class OwnRows(admin.RelatedFieldListFilter):
    """A filter by a related row that offers only those the user may see; hidden where there is no choice."""

    def field_choices(self, field, request, model_admin):
        related = model_admin.admin_site.get_model_admin(field.remote_field.model)
        return [(row.pk, str(row)) for row in related.get_queryset(request)]


class IsThere(admin.EmptyFieldListFilter):
    """Whether something is there, asked as a person asks it."""

    def choices(self, changelist):
        for choice in super().choices(changelist):
            words = str(choice["display"]).replace("Not empty", "Yes").replace("Empty", "No")
            yield {**choice, "display": words}
