from django.urls import path

from ..views import movements, years

urlpatterns = [
    path("alliances/<slug:slug>/bank/opening/", movements.grant_opening, name="grant_opening"),
    path("alliances/<slug:slug>/bank/service/", movements.pay_service, name="pay_service"),
    path("alliances/<slug:slug>/bank/hosting/", movements.credit_hosting, name="credit_hosting"),
    path("alliances/<slug:slug>/bank/leavers/<int:urn>/", movements.settle_leaver, name="settle_leaver"),
    path("alliances/<slug:slug>/bank/years/", years.years, name="years"),
    path("alliances/<slug:slug>/bank/years/<int:year>/close/", years.close_year, name="close_year"),
    path("schools/<int:urn>/give/<slug:slug>/", movements.give, name="give"),
    path("transfers/<int:pk>/reverse/", movements.reverse_movement, name="reverse_movement"),
    path("visits/<int:pk>/cover/", movements.cover_urgent, name="cover_urgent"),
]
