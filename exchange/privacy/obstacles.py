from django.db.models import Q

from staff.privacy.erasing import obstacle

from ..models import Commission, SupportRequest

OPEN = [Commission.Status.OFFERED, *Commission.Status.running(), Commission.Status.DELIVERED]


@obstacle
def has_running_work(subject):
    done_by = Q(leader=subject.leader_id) if subject.leader_id else Q(pk=None)
    running = Commission.objects.filter(done_by | Q(legs__person=subject.person), status__in=OPEN).distinct()
    for commission in running:
        yield f"{commission.reference} is not closed, and {subject.person} does its work."


@obstacle
def looks_after_requests(subject):
    if subject.user:
        for support_request in SupportRequest.objects.filter(assigned_to=subject.user).exclude(
            status__in=SupportRequest.Status.ended()
        ):
            yield f"{subject.person} looks after {support_request.reference}: assign it to somebody else first."
