from django.db import models
from django.db.models import Q
from django.utils import timezone


class Mail(models.Model):
    """One message to one address, written in the transaction that caused it, carried out by the relay.

    The key makes a reminder one message, whatever runs twice; other mail has none.
    """

    key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True, help_text="Refused for good: it is not tried again")
    due_at = models.DateTimeField(default=timezone.now, help_text="Not tried before this moment")
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    is_secret = models.BooleanField(default=False, help_text="Holds a link or code that opens an account")
    request_id = models.CharField(max_length=36, blank=True, help_text="Whose request or task wrote it, as in the log")

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "mail"
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at__isnull=True), name="mail_waiting")]

    def __str__(self):
        return f"Mail {self.pk}"

    def forget_body(self):
        """What opens an account does not stay readable in the database once it has been sent."""
        Mail.objects.filter(pk=self.pk).update(text="", html="")
