"""A head invites people of the own school."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from portal.forms import KeyedForm
from portal.once import submit_once

from .. import invitations
from ..forms.delegation import InviteColleagueForm
from ..models import Invitation, Role
from .delegation import fetch_headed_school


@submit_once
def invite_colleague(request, urn):
    school = fetch_headed_school(request.user, urn)
    form = InviteColleagueForm(request.POST or None, school=school)
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("email", "name", "title")}
        kind = Role.Kind.BUSINESS_MANAGER if facts["title"] == "business_manager" else ""
        invitations.invite(by=request.user, school=school, kind=kind, **facts)
        messages.success(request, f"{facts['name']} is invited by email, and has two weeks to accept.")
        return redirect("staff:delegates", urn)
    return render(request, "staff/invite_colleague.html", {"form": form, "school": school})


@submit_once
def revoke_invitation(request, urn, pk):
    school = fetch_headed_school(request.user, urn)
    invitation = get_object_or_404(Invitation, school=school, invited_by=request.user, pk=pk)
    form = KeyedForm(request.POST or None)
    if form.is_valid():
        invitations.revoke(invitation=invitation, by=request.user)
        messages.success(request, f"The invitation of {invitation.email} no longer works.")
        return redirect("staff:delegates", urn)
    context = {"form": form, "school": school, "invitation": invitation}
    return render(request, "staff/revoke_invitation.html", context)
