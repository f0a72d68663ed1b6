from django.urls import path

from ..views import confirmations, visits

urlpatterns = [
    path("legs/<int:pk>/plan/", visits.plan_visit, name="plan_visit"),
    path("visits/<int:pk>/move/", visits.move_visit, name="move_visit"),
    path("visits/<int:pk>/cancel/", visits.cancel_visit, name="cancel_visit"),
    path("visits/<int:pk>/log/", visits.log_visit, name="log_visit"),
    path("visits/<int:pk>/confirm/", confirmations.confirm_visit, name="confirm_visit"),
    path("visits/<int:pk>/dispute/", confirmations.dispute_visit, name="dispute_visit"),
    path("visits/<int:pk>/calendar/", visits.visit_calendar, name="visit_calendar"),
    path("visits/<int:pk>/settle/", confirmations.settle_dispute, name="settle_dispute"),
]
