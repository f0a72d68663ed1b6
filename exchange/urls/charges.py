from django.urls import path

from ..views import charges

urlpatterns = [
    path("alliances/<slug:slug>/charges/", charges.alliance_charges, name="alliance_charges"),
    path("schools/<int:urn>/charges/", charges.school_charges, name="school_charges"),
    path("charges/<int:pk>/", charges.charge, name="charge"),
    path("charges/<int:pk>/pdf/", charges.charge_pdf, name="charge_pdf"),
    path("charges/<int:pk>/pay/", charges.pay_charge, name="pay_charge"),
    path("charges/<int:pk>/waive/", charges.waive_charge, name="waive_charge"),
    path("commissions/<int:pk>/charge/", charges.charge_now, name="charge_now"),
]
