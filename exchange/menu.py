"""The exchange's first pages, its menu, and whom the rows of its addresses concern."""

from functools import partial

from staff import menu
from staff.workplaces import first_pages

from .models import Commission, SupportRequest

WORK = ("commissions", "legs", "visits", "variations")

first_pages.register("school", "exchange:school")
first_pages.register("leader", "exchange:leader")
first_pages.register("coordinator", "exchange:alliance")
first_pages.register("observer", "exchange:bank")

menu.add("school", "Home", "exchange:school")
menu.add("school", "Requests", "exchange:requests", "requests")
menu.add("school", "Support", "exchange:school_commissions", *WORK)
menu.add("school", "Who could help?", "exchange:directory")
menu.add("school", "Balance", "exchange:statement")
menu.add("school", "Our leaders", "exchange:our_leaders")

menu.add("coordinator", "Home", "exchange:alliance")
menu.add("coordinator", "Requests", "exchange:alliance_requests", "requests")
menu.add("coordinator", "Commissions", "exchange:alliance_commissions", *WORK)
menu.add("coordinator", "Concerns", "exchange:concerns", "concerns")
menu.add("coordinator", "Bank", "exchange:bank")
menu.add("coordinator", "Charges", "exchange:alliance_charges", "charges")

menu.add("observer", "Bank", "exchange:bank")

menu.add("leader", "Home", "exchange:leader")
menu.add("leader", "My work", "exchange:leader_commissions", *WORK)
menu.add("leader", "Profile", "exchange:leader_profile")


def _of_request(pk):
    support_request = SupportRequest.objects.filter(pk=pk).select_related("alliance").first()
    return support_request and menu.Concerned(support_request.alliance, (support_request.school_id,))


def _of_work(lookup, pk):
    """By `pk` of the row itself: a number too great for the column is no row's, as Django knows of a key alone."""
    commission = Commission.objects.filter(**{lookup: pk}).select_related("support_request__alliance").first()
    if commission is None:
        return None
    schools = (commission.support_request.school_id, commission.home_school_id)
    return menu.Concerned(commission.support_request.alliance, schools, commission.leader_id)


menu.subjects.register("requests", _of_request)
for section, lookup in (
    ("commissions", "pk"),
    ("legs", "legs__pk"),
    ("visits", "legs__visits__pk"),
    ("variations", "legs__variations__pk"),
    ("concerns", "concerns__pk"),
    ("charges", "charges__pk"),
):
    menu.subjects.register(section, partial(_of_work, lookup))
