from django.urls import path

from ..views import coordination as views

urlpatterns = [
    path("alliances/<slug:slug>/", views.alliance, name="alliance"),
]
