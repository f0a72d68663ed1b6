from django.urls import path

from ..views import work as views

urlpatterns = [
    path("leader/", views.leader, name="leader"),
    path("commissions/<int:pk>/", views.commission, name="commission"),
    path("commissions/<int:pk>/accept/", views.accept, name="accept"),
]
