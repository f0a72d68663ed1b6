from django.urls import path

from ..views import asking as views

urlpatterns = [
    path("schools/<int:urn>/", views.school, name="school"),
    path("requests/<int:pk>/", views.request, name="request"),
]
