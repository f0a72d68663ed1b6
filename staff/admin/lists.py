"""Lists that all alliances share, and the outbox."""

from django.contrib import admin

from ..models import LeaderType, Mail, Specialism
from ..scope import ADD, CHANGE, VIEW, IsThere, ScopedAdmin


@admin.register(LeaderType)
class LeaderTypeAdmin(ScopedAdmin):
    group, position = "Rules of the alliance", 5
    superusers_may = (VIEW, ADD, CHANGE)
    list_display = ("name", "code", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "code")


@admin.register(Specialism)
class SpecialismAdmin(ScopedAdmin):
    group, position = "Rules of the alliance", 6
    superusers_may = (VIEW, ADD, CHANGE)
    list_display = ("name", "group", "is_active")
    list_filter = ("group", "is_active")
    search_fields = ("name", "group")


@admin.register(Mail)
class MailAdmin(ScopedAdmin):
    """The body stays unseen: it may hold a link with which somebody sets a password."""

    position = 90
    index_name = "Mail sent and waiting"
    coordinators_may = ()
    superusers_may = (VIEW,)
    list_display = ("subject", "to", "created_at", "sent_at", "failed_at", "tries", "error")
    list_filter = (("sent_at", IsThere), ("failed_at", IsThere), "created_at")
    search_fields = ("to", "subject")
    ordering = ("-pk",)
    fields = ("to", "subject", "created_at", "due_at", "sent_at", "failed_at", "tries", "error")
