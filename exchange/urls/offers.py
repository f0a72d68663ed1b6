from django.urls import path

from ..views import agreements, matching, offers

urlpatterns = [
    path("commissions/<int:pk>/accept/", agreements.accept, name="accept"),
    path("commissions/<int:pk>/release/", agreements.release, name="release"),
    path("commissions/<int:pk>/agree/", agreements.agree, name="agree"),
    path("commissions/<int:pk>/decline/", offers.decline_offer, name="decline_offer"),
    path("requests/<int:pk>/leaders/", matching.shortlist, name="shortlist"),
    path("requests/<int:pk>/offer/<int:leader_pk>/", offers.offer, name="offer"),
    path("requests/<int:pk>/partner/<int:urn>/", offers.offer_peer, name="offer_peer"),
    path("commissions/<int:pk>/take-back/", offers.take_back, name="take_back"),
    path("commissions/<int:pk>/override/", agreements.override_limit, name="override_limit"),
]
