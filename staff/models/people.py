from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from schools.models import Dated, School, current


class Person(models.Model):
    """Somebody who works in schools. Most never sign in."""

    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "people"

    def __str__(self):
        return self.name

    def schools_on(self, on=None):
        """The schools where the person holds a post on a day (today by default)."""
        return School.objects.filter(current(on or timezone.localdate(), "posts__"), posts__person=self).distinct()


class Post(Dated):
    """A dated post of a person at a school; a system leader's posts name the home schools."""

    class Title(models.TextChoices):
        HEADTEACHER = "headteacher", "Headteacher"
        DEPUTY = "deputy", "Deputy headteacher"
        BUSINESS_MANAGER = "business_manager", "School business manager"
        MIDDLE_LEADER = "middle_leader", "Middle leader"
        TEACHER = "teacher", "Teacher"
        GOVERNOR = "governor", "Governor"

    person = models.ForeignKey(Person, models.CASCADE, related_name="posts")
    school = models.ForeignKey(School, models.PROTECT, related_name="posts")
    title = models.CharField(max_length=20, choices=Title, default=Title.TEACHER)

    class Meta:
        ordering = ["person_id", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="post_ends_after_it_starts"
            )
        ]

    def __str__(self):
        return f"{self.get_title_display()}, {self.school}"


def confirm_address(user):
    """The user's address counts as confirmed: an invitation came to it, or an operator vouches for it."""
    from allauth.account.models import EmailAddress  # here: it asks for the user's model, which is made below

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, *, name=None, person=None, **fields):
        person = person or Person.objects.create(name=name or email, email=email.lower())
        user = self.model(email=email.lower(), person=person, **fields)
        user.set_password(password)
        user.save(using=self._db)
        confirm_address(user)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A sign-in: an e-mail address in lower case, and one person."""

    email = models.EmailField(unique=True, error_messages={"unique": "Somebody already signs in with this address"})
    person = models.OneToOneField(Person, models.PROTECT, related_name="user")
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("may open the admin", default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    class Meta:
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_an_address")]

    def __str__(self):
        return self.get_full_name()

    def clean(self):
        self.email = self.email.lower()

    def get_full_name(self):
        return self.person.name

    def get_short_name(self):
        return self.person.name.split()[0]
