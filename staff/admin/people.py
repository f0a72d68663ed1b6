"""Persons and their posts. Most persons never sign in."""

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from schools.models import current

from .. import rules
from ..models import Person, Post, Role
from ..privacy import erasing
from ..scope import ADD, CHANGE, VIEW, IsThere, ScopedAdmin, ScopedTabularInline, own_alliances, schools_of


def is_out_of_reach(request, person):
    """Superusers, and oneself: what a coordinator may do is given by somebody else."""
    user = getattr(person, "user", None)
    return not request.user.is_superuser and user is not None and (user.is_superuser or user == request.user)


class PostFormSet(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        given = [form for form in self.forms if form.has_changed() or form.instance.pk]
        if not given and not self.instance.pk:
            raise forms.ValidationError("Give at least one post: it says which school the person belongs to")


class PostInline(ScopedTabularInline):
    model = Post
    formset = PostFormSet
    coordinators_may = (VIEW, ADD, CHANGE)
    fields = ("school", "title", "starts_on", "ends_on")
    autocomplete_fields = ("school",)

    def own(self, rows, alliances):
        return rows.filter(school__in=schools_of(alliances))

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and not (obj and is_out_of_reach(request, obj))

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj and is_out_of_reach(request, obj))


@admin.register(Person)
class PersonAdmin(ScopedAdmin):
    group, position = "Schools and people", 2
    coordinators_may = (VIEW, ADD, CHANGE)
    list_display = ("name", "works_at", "email", "telephone", "signs_in")
    list_filter = (("user", IsThere),)
    list_select_related = ("user",)
    search_fields = ("name", "email", "posts__school__name")
    search_help_text = "Name, e-mail address or school"
    fields = ("name", "email", "telephone")
    inlines = (PostInline,)

    def own(self, rows, alliances):
        schools = schools_of(alliances)
        roles = Role.objects.filter(Q(alliance__in=alliances) | Q(school__in=schools))
        posts = Post.objects.filter(school__in=schools)
        return rows.filter(Q(pk__in=posts.values("person")) | Q(user__in=roles.values("user")))

    def get_queryset(self, request):
        posts = Post.objects.filter(current(timezone.localdate())).select_related("school")
        if not request.user.is_superuser:
            posts = posts.filter(school__in=schools_of(own_alliances(request)))
        return super().get_queryset(request).prefetch_related(Prefetch("posts", posts, to_attr="present_posts"))

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj and is_out_of_reach(request, obj))

    def tools(self, request, obj):
        found = []
        if rules.may_disclose(request.user, obj):
            found.append(("What is held on them", reverse("staff:disclose", args=[obj.pk])))
        if rules.may_erase(request.user, obj) and not erasing.is_erased(obj):
            found.append(("Erase", reverse("staff:erase_person", args=[obj.pk])))
        return found

    @admin.display(description="works at")
    def works_at(self, person):
        return "; ".join(str(post) for post in person.present_posts)

    @admin.display(description="signs in", boolean=True)
    def signs_in(self, person):
        return hasattr(person, "user") and person.user.is_active
