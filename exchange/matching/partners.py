"""Schools that could help each other: partners for a request that is peer to peer."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone

from bank.models import Account
from portal.units import Hundredths
from schools.models import School, current
from staff.models import Person, Post

from ..models import SupportRequest
from .distance import FAR, in_words
from .heads import schools_with_the_same_head


@dataclass(frozen=True)
class Partner:
    """A member school, its people of today, and its balance in hundredths of a day."""

    school: School
    people: list[Person]
    metres: int | None
    posted: Hundredths
    same_phase: bool

    @property
    def distance(self) -> str:
        return in_words(self.metres)

    @property
    def rank(self) -> tuple[bool, bool, bool, int, str]:
        return (
            not self.people,
            not self.same_phase,
            self.posted >= 0,
            FAR if self.metres is None else self.metres,
            self.school.name,
        )


def partners(support_request: SupportRequest) -> list[Partner]:
    """Member schools other than the asking one and those under the same head; the likeliest first."""
    today = timezone.localdate()
    posts = Post.objects.filter(current(today)).select_related("person")
    schools = (
        support_request.alliance.members(today)
        .exclude(pk__in=[support_request.school_id, *schools_with_the_same_head(support_request.school)])
        .prefetch_related(Prefetch("posts", posts, to_attr="current_posts"))
    )
    accounts = Account.objects.filter(alliance=support_request.alliance, kind=Account.Kind.SCHOOL)
    posted = dict(accounts.values_list("school", "posted"))
    found = [
        Partner(
            school=school,
            people=sorted({post.person for post in school.current_posts}, key=lambda person: (person.name, person.pk)),
            metres=school.metres_to(support_request.school),
            posted=Hundredths(posted.get(school.pk, 0)),
            same_phase=school.phase == support_request.phase,
        )
        for school in schools
    ]
    return sorted(found, key=lambda partner: partner.rank)
