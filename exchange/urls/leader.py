from django.urls import path

from ..views import leader

urlpatterns = [
    path("leader/", leader.leader, name="leader"),
    path("leader/commissions/", leader.leader_commissions, name="leader_commissions"),
    path("leader/profile/", leader.leader_profile, name="leader_profile"),
]
