from django.urls import path

from . import views

urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("invitations/<str:token>/", views.accept_invitation, name="accept_invitation"),
    path("mail/", views.mail, name="mail"),
    path("privacy/", views.privacy, name="privacy"),
]
