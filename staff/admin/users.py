"""Sign-ins and their roles."""

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from .. import invitations, rules
from ..models import Post, Role, User
from ..scope import ADD, CHANGE, VIEW, ScopedAdmin, ScopedTabularInline, is_member_elsewhere, own_alliances, schools_of
from .people import is_out_of_reach

GIVEN_HERE = [choice for choice in Role.Kind.choices if choice[0] != Role.Kind.DELEGATE]  # heads delegate

ELSEWHERE = (
    "This person also belongs to a school or an alliance outside yours: only a superuser can change the e-mail "
    "address, the sign-in and the roles."
)
SHARED = "A school of this person is a member of another alliance too: only a superuser can change the e-mail address."


def belongs_elsewhere(request, person):
    """A sign-in that opens other alliances too is not one alliance's to redirect, to shut or to widen."""
    if request.user.is_superuser:
        return False
    mine = own_alliances(request)
    roles, posts = _held_by(person)
    outside = ~Q(school__in=schools_of(mine)) & Q(school__isnull=False)
    return (
        roles.filter(outside | (~Q(alliance__in=mine) & Q(alliance__isnull=False))).exists()
        or posts.filter(outside).exists()
    )


def is_of_a_shared_school(request, person):
    if request.user.is_superuser:
        return False
    roles, posts = _held_by(person)
    schools = {*roles.exclude(school=None).values_list("school", flat=True), *posts.values_list("school", flat=True)}
    return is_member_elsewhere(schools, own_alliances(request))


def _held_by(person):
    """The roles and posts that a person has, or will have."""
    not_over = Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate())
    return (
        Role.objects.filter(not_over, user__person=person, ended_at=None),
        Post.objects.filter(not_over, person=person),
    )


class RoleForm(forms.ModelForm):
    kind = forms.ChoiceField(label="role", choices=[("", "---------"), *GIVEN_HERE])

    class Meta:
        model = Role
        fields = ("kind", "school", "alliance", "starts_on", "ends_on")

    def clean(self):
        super().clean()
        kind = self.cleaned_data.get("kind")
        of_school = kind in Role.OF_SCHOOLS
        wanted, other = ("school", "alliance") if of_school else ("alliance", "school")
        if kind and not self.cleaned_data.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, f"This role is of {'a school' if of_school else 'an alliance'}: select it")
        if kind and self.cleaned_data.get(other):
            self.add_error(
                other, f"This role is of {'a school' if of_school else 'an alliance'} only: leave this empty"
            )
        self._check_own_school(kind, self.cleaned_data.get("school"))
        return self.cleaned_data

    def _check_own_school(self, kind, school):
        is_new = {"kind", "school"} & set(self.changed_data)
        if is_new and kind == Role.Kind.HEADTEACHER and school and rules.has_post_at(self.request.user, school):
            self.add_error("school", f"You work at {school}: another coordinator has to name its headteacher")


class OwnRoles(ScopedTabularInline):
    model = Role
    fk_name = "user"

    def own(self, rows, alliances):
        return rows.filter(Q(alliance__in=alliances) | Q(school__in=schools_of(alliances)))


class RoleInline(OwnRoles):
    form = RoleForm
    coordinators_may = (VIEW, ADD, CHANGE)
    fields = ("kind", "school", "alliance", "starts_on", "ends_on")
    autocomplete_fields = ("school",)

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(kind=Role.Kind.DELEGATE)

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.request = request
        return formset

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and self._is_ours(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._is_ours(request, obj)

    def _is_ours(self, request, user):
        return not user or not (is_out_of_reach(request, user.person) or belongs_elsewhere(request, user.person))


class DelegationInline(OwnRoles):
    """Heads hand rights over and take them back in the portal; here they can be seen."""

    verbose_name_plural = "Delegations"
    fields = ("school", "delegated_by", "handed_over", "starts_on", "ends_on")
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).filter(kind=Role.Kind.DELEGATE)

    @admin.display(description="rights")
    def handed_over(self, role):
        return ", ".join(role.rights_in_words)


class LowerCaseEmail:
    def clean_email(self):
        return self.cleaned_data["email"].lower()


class UserForm(LowerCaseEmail, forms.ModelForm):
    class Meta:
        model = User
        fields = ("email", "is_active")
        labels = {"email": "E-mail address"}


@admin.register(User)
class UserAdmin(ScopedAdmin):
    group, position = "Schools and people", 3
    index_name = "Sign-ins and roles"
    coordinators_may = (VIEW, CHANGE)  # people come by invitation
    list_display = ("email", "person", "roles_now", "is_active", "last_login")
    list_filter = ("is_active", "last_login")
    list_select_related = ("person",)
    search_fields = ("email", "person__name")
    search_help_text = "E-mail address or name"
    inlines = (RoleInline, DelegationInline)
    actions = ("send_link",)

    def own(self, rows, alliances):
        schools = schools_of(alliances)
        roles = Role.objects.filter(Q(alliance__in=alliances) | Q(school__in=schools))
        posts = Post.objects.filter(school__in=schools)
        return rows.filter(Q(pk__in=roles.values("user")) | Q(person__in=posts.values("person")))

    def get_queryset(self, request):
        roles = Role.objects.running().select_related("school", "alliance")
        if not request.user.is_superuser:
            mine = own_alliances(request)
            roles = roles.filter(Q(alliance__in=mine) | Q(school__in=schools_of(mine)))
        return super().get_queryset(request).prefetch_related(Prefetch("roles", roles, to_attr="running_roles"))

    def list_tools(self, request):
        return [("Invite somebody", reverse("admin:staff_invitation_add"))]

    def get_form(self, request, obj=None, **kwargs):
        return super().get_form(request, obj, **{**kwargs, "form": UserForm})

    def get_fields(self, request, obj=None):
        return ("person", "email", "is_active", "last_login", "date_joined") + (
            ("is_superuser",) if request.user.is_superuser else ()
        )

    def get_readonly_fields(self, request, obj=None):
        facts = ("person", "last_login", "date_joined", "is_superuser")
        if belongs_elsewhere(request, obj.person):
            return (*facts, "email", "is_active")
        return (*facts, "email") if is_of_a_shared_school(request, obj.person) else facts

    def get_fieldsets(self, request, obj=None):
        words = ""
        if obj and belongs_elsewhere(request, obj.person):
            words = ELSEWHERE
        elif obj and is_of_a_shared_school(request, obj.person):
            words = SHARED
        return [(None, {"fields": self.get_fields(request, obj), "description": words})]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj and is_out_of_reach(request, obj.person))

    def save_model(self, request, user, form, change):
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=user).delete()  # the old address signs in no more, the new is confirmed
            invitations.tell_old_address(user, form.initial["email"])
        super().save_model(request, user, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        user = form.instance
        # The tick lets a coordinator reach the door; the role is asked at each step.
        coordinates = user.roles.running().filter(kind=Role.Kind.COORDINATOR).exists()
        User.objects.filter(pk=user.pk).update(is_staff=user.is_superuser or coordinates)

    @admin.action(description="Send a link to set a password", permissions=["change"])
    def send_link(self, request, users):
        users = users.select_related("person__user").filter(is_active=True)
        reached = [user for user in users if not belongs_elsewhere(request, user.person)]
        for user in reached:
            invitations.send_password_link(user)
        messages.success(request, f"Sent to {len(reached)} {'person' if len(reached) == 1 else 'people'}.")
        if left_out := len(users) - len(reached):
            messages.warning(
                request, f"Not sent to {left_out}, who also belong outside your alliance: a superuser can send it."
            )

    @admin.display(description="roles")
    def roles_now(self, user):
        return "; ".join(f"{role.get_kind_display()}, {role.school or role.alliance}" for role in user.running_roles)
