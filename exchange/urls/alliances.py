from django.urls import path

from ..views import alliance, bank

urlpatterns = [
    path("alliances/<slug:slug>/", alliance.alliance, name="alliance"),
    path("alliances/<slug:slug>/requests/", alliance.alliance_requests, name="alliance_requests"),
    path("alliances/<slug:slug>/commissions/", alliance.alliance_commissions, name="alliance_commissions"),
    path("alliances/<slug:slug>/concerns/", alliance.concerns, name="concerns"),
    path("alliances/<slug:slug>/bank/", bank.bank, name="bank"),
    path("alliances/<slug:slug>/bank.csv", bank.bank_csv, name="bank_csv"),
]
