from django.urls import path

from ..views import bank, coordination, matching, settling, triage

urlpatterns = [
    path("alliances/<slug:slug>/", coordination.alliance, name="alliance"),
    path("alliances/<slug:slug>/requests/", coordination.alliance_requests, name="alliance_requests"),
    path("alliances/<slug:slug>/commissions/", coordination.alliance_commissions, name="alliance_commissions"),
    path("alliances/<slug:slug>/concerns/", coordination.concerns, name="concerns"),
    path("alliances/<slug:slug>/bank/", bank.bank, name="bank"),
    path("alliances/<slug:slug>/bank.csv", bank.bank_csv, name="bank_csv"),
    path("requests/<int:pk>/triage/", triage.triage, name="triage"),
    path("requests/<int:pk>/question/", triage.ask_question, name="ask_question"),
    path("requests/<int:pk>/decline/", triage.decline_request, name="decline_request"),
    path("requests/<int:pk>/assign/", triage.assign, name="assign"),
    path("requests/<int:pk>/enough/", triage.call_enough, name="call_enough"),
    path("requests/<int:pk>/leaders/", matching.shortlist, name="shortlist"),
    path("requests/<int:pk>/offer/<int:leader_pk>/", matching.offer, name="offer"),
    path("requests/<int:pk>/partner/<int:urn>/", matching.offer_peer, name="offer_peer"),
    path("commissions/<int:pk>/take-back/", matching.take_back, name="take_back"),
    path("commissions/<int:pk>/override/", settling.override_limit, name="override_limit"),
    path("commissions/<int:pk>/close/", settling.close_work, name="close_work"),
    path("visits/<int:pk>/settle/", settling.settle_dispute, name="settle_dispute"),
    path("concerns/<int:pk>/resolve/", settling.resolve_concern, name="resolve_concern"),
]
