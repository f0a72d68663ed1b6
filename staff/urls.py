from django.urls import path

from . import views

urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("mail/", views.mail, name="mail"),
    path("privacy/", views.privacy, name="privacy"),
]
