from bank.models import Account
from portal.units import Hundredths
from schools.models import Alliance, School


def room(alliance: Alliance, school: School) -> Hundredths | None:
    """How many more days a school can take before its limit, in hundredths of a day; never below 0.

    None for a school outside, which pays and has no limit.
    The limit of the policy counts, not the account's floor, which an earlier override may have lowered.
    """
    if not alliance.has_member(school):
        return None
    account = Account.objects.filter(alliance=alliance, school=school).first()
    position = account.posted - account.held if account else 0
    return Hundredths(max(position - alliance.policy().limit, 0))
