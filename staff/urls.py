from django.urls import path

from .views import calendar, colleagues, delegation, joining, privacy

app_name = "staff"
urlpatterns = [
    path("accessibility/", joining.accessibility, name="accessibility"),
    path("invitations/<str:token>/", joining.accept_invitation, name="accept_invitation"),
    path("mail/", joining.mail, name="mail"),
    path("privacy/", joining.privacy, name="privacy"),
    path("calendar/", calendar.own_calendar, name="own_calendar"),
    path("calendar/make/", calendar.make_calendar, name="make_calendar"),
    path("calendar/stop/", calendar.revoke_calendar, name="revoke_calendar"),
    path("calendar/<str:token>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("schools/<int:urn>/delegates/", delegation.delegates, name="delegates"),
    path("schools/<int:urn>/delegates/hand-over/", delegation.hand_over, name="hand_over"),
    path("schools/<int:urn>/delegates/<int:pk>/end/", delegation.end_delegation, name="end_delegation"),
    path("schools/<int:urn>/colleagues/invite/", colleagues.invite_colleague, name="invite_colleague"),
    path("schools/<int:urn>/colleagues/<int:pk>/take-back/", colleagues.revoke_invitation, name="revoke_invitation"),
    path("my-data/", privacy.my_data, name="my_data"),
    path("my-data.<str:kind>", privacy.my_data_file, name="my_data_file"),
    path("people/<int:pk>/data/", privacy.disclose, name="disclose"),
    path("people/<int:pk>/erase/", privacy.erase_person, name="erase_person"),
    path("disclosures/<int:pk>/", privacy.disclosure, name="disclosure"),
    path("disclosures/<int:pk>.<str:kind>", privacy.disclosure_file, name="disclosure_file"),
    path("retention/", privacy.retention, name="retention"),
]
