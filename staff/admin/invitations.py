"""Invitations: one by one, or many from a file."""

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone

from portal.errors import Refused
from schools.models import Alliance

from .. import invitation_file, invitations, rules
from ..models import Invitation, Role
from ..scope import ADD, VIEW, ScopedAdmin, own_alliances, schools_of
from .users import GIVEN_HERE, belongs_elsewhere, is_of_a_shared_school


class InvitationForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label="Role", choices=[("", "None: a post only"), *GIVEN_HERE], required=False,
        help_text="Headteachers and business managers of a school; the others of an alliance",
    )  # fmt: skip

    class Meta:
        model = Invitation
        fields = ("email", "person", "name", "kind", "title", "school", "alliance")
        labels = {"email": "Email address", "name": "Or the name of somebody new", "title": "Post"}

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def clean(self):
        super().clean()
        data = self.cleaned_data
        kind, title, school, alliance = (data.get(name) for name in ("kind", "title", "school", "alliance"))
        of_alliance = kind in Role.OF_ALLIANCES
        wanted, other = ("alliance", "school") if of_alliance else ("school", "alliance")
        words = "an alliance" if of_alliance else "a school"
        if not data.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, f"This is an invitation to {words}: select it")
        if data.get(other):
            self.add_error(other, f"This is an invitation to {words} only: leave this empty")
        if of_alliance and title:
            self.add_error("title", "A post is of a school: leave this empty")
        if not kind and not title and not data.get("person"):
            self.add_error("kind", "Give a role, a post, or both")
        self._check_person(data.get("person"), data.get("name"))
        facts = {"email": data.get("email"), "kind": kind, "title": title, "school": school, "alliance": alliance}
        facts["person"] = data.get("person")
        if not self.errors and invitation_file.already_invited(**facts):
            self.add_error("email", "This address has been invited to this already: send that invitation again")
        if not self.errors and (against := invitations.why_not(by=self.request.user, **facts)):
            self.add_error(*against)
        return data

    def _check_person(self, person, name):
        if person and name:
            self.add_error("name", "Select somebody who is here already, or enter a name; not both")
        if person and (belongs_elsewhere(self.request, person) or is_of_a_shared_school(self.request, person)):
            self.add_error(
                "person", f"{person} also belongs to a school of another alliance: only a superuser can invite them"
            )


class StateFilter(admin.SimpleListFilter):
    title = parameter_name = "state"

    def lookups(self, request, model_admin):
        return [(state, state) for state in ("Open", "Accepted", "Revoked", "Expired")]

    def queryset(self, request, invitations):
        chosen = {
            "Open": invitations.usable(),
            "Accepted": invitations.exclude(accepted_at=None),
            "Revoked": invitations.exclude(revoked_at=None),
            "Expired": invitations.unanswered().filter(expires_at__lte=timezone.now()),
        }
        return chosen.get(self.value(), invitations)


class ManyForm(forms.Form):
    alliance = forms.ModelChoiceField(Alliance.objects.none(), empty_label=None)
    file = forms.FileField(label="CSV file", help_text="With the columns of the template; at most 500 rows")

    def __init__(self, *args, by, alliances, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["alliance"].queryset = alliances

    def clean(self):
        data = super().clean()
        alliance, file = data.get("alliance"), data.get("file")
        if alliance and file:
            content = file.read(invitation_file.LARGEST_FILE + 1)
            try:
                members = schools_of([alliance.pk]).values_list("school", flat=True)
                self.rows = invitation_file.read(content, by=self.by, alliance=alliance, schools=members)
            except invitation_file.Unusable as unusable:
                self.add_error("file", list(unusable.faults))
        return data


@admin.register(Invitation)
class InvitationAdmin(ScopedAdmin):
    group, position = "Schools and people", 4
    coordinators_may = (VIEW, ADD)
    list_display = ("email", "name", "what", "invited_by", "invited_at", "expires_at", "state")
    list_filter = (StateFilter, "invited_at")
    list_select_related = ("school", "alliance", "invited_by__person")
    search_fields = ("email", "name", "school__name")
    search_help_text = "Email address, name or school"
    autocomplete_fields = ("school",)
    readonly_fields = ("what", "state")
    actions = ("send_again", "revoke")

    def own(self, rows, alliances):
        return rows.filter(Q(alliance__in=alliances) | Q(school__in=schools_of(alliances)))

    def get_fields(self, request, obj=None):
        if obj is None:
            return InvitationForm.Meta.fields
        facts = ("email", "name", "what", "state", "invited_by", "invited_at", "expires_at")
        return (*facts, "accepted_at", "revoked_at")

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **({**kwargs, "form": InvitationForm} if obj is None else kwargs))
        form.request = request
        return form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "person":
            people = self.get_field_queryset(None, db_field, request)
            kwargs |= {"queryset": people.filter(user=None), "label": "Somebody who is here already"}
            kwargs["help_text"] = "Of the people of your schools who do not sign in yet"
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, invitation, form, change):
        made = invitations.invite(by=request.user, **form.cleaned_data)
        invitation.pk, invitation.token_digest = made.pk, made.token_digest

    def list_tools(self, request):
        return [("Invite many from a file", reverse("admin:staff_invitation_many"))]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("many/", view(self.many), name="staff_invitation_many"),
            path("many/template.csv", view(self.template), name="staff_invitation_template"),
            *super().get_urls(),
        ]

    def template(self, request):
        headers = {"Content-Disposition": 'attachment; filename="invitations.csv"'}
        return HttpResponse(invitation_file.TEMPLATE, content_type="text/csv; charset=utf-8", headers=headers)

    def many(self, request):
        """All rows or none: what is wrong is said by row, and nothing is written."""
        alliances = Alliance.objects.filter(pk__in=own_alliances(request))
        form = ManyForm(request.POST or None, request.FILES or None, by=request.user, alliances=alliances)
        if form.is_valid():
            with transaction.atomic():
                for facts in form.rows:
                    invitations.invite(by=request.user, **facts)
            messages.success(request, f"Invited: {len(form.rows)}. The mail is on its way.")
            return redirect("admin:staff_invitation_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": "Invite many from a file",
            "explanation": "One row for each person. If anything is wrong with a row, nobody is invited.",
            "link": ("Download the template", reverse("admin:staff_invitation_template")),
            "button": "Invite them",
        }
        return render(request, "admin/act.html", context)

    @admin.action(description="Send again, with a new link", permissions=["add"])
    def send_again(self, request, chosen):
        self._do_each(request, chosen, invitations.resend, "Sent again")

    @admin.action(description="Revoke", permissions=["add"])
    def revoke(self, request, chosen):
        self._do_each(request, chosen, invitations.revoke, "Revoked")

    def _do_each(self, request, chosen, act, done):
        count = 0
        for invitation in chosen:
            where = {"kind": invitation.kind, "school": invitation.school, "alliance": invitation.alliance}
            try:
                if rules.may_invite(request.user, **where):
                    act(invitation=invitation, by=request.user)
                    count += 1
            except Refused as refused:
                messages.warning(request, refused.sentence)
        messages.success(request, f"{done}: {count}.")
