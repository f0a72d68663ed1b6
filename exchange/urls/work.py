from django.urls import path

from ..views import calendar, evaluation, leader, offers, visits, work

urlpatterns = [
    path("calendar/", calendar.own_calendar, name="own_calendar"),
    path("calendar/make/", calendar.make_calendar, name="make_calendar"),
    path("calendar/stop/", calendar.revoke_calendar, name="revoke_calendar"),
    path("calendar/<str:token>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("leader/", leader.leader, name="leader"),
    path("leader/commissions/", leader.leader_commissions, name="leader_commissions"),
    path("leader/profile/", leader.leader_profile, name="leader_profile"),
    path("commissions/<int:pk>/", work.commission, name="commission"),
    path("commissions/<int:pk>/accept/", offers.accept, name="accept"),
    path("commissions/<int:pk>/release/", offers.release, name="release"),
    path("commissions/<int:pk>/agree/", offers.agree, name="agree"),
    path("commissions/<int:pk>/decline/", offers.decline_offer, name="decline_offer"),
    path("commissions/<int:pk>/pause/", work.pause_work, name="pause_work"),
    path("commissions/<int:pk>/resume/", work.resume_work, name="resume_work"),
    path("commissions/<int:pk>/cancel/", work.cancel_work, name="cancel_work"),
    path("commissions/<int:pk>/stop/", work.stop_work, name="stop_work"),
    path("commissions/<int:pk>/finish/", work.finish_work, name="finish_work"),
    path("commissions/<int:pk>/findings/", evaluation.report_findings, name="report_findings"),
    path("commissions/<int:pk>/evaluate/", evaluation.evaluate, name="evaluate"),
    path("legs/<int:pk>/plan/", visits.plan_visit, name="plan_visit"),
    path("legs/<int:pk>/vary/", work.propose_variation, name="propose_variation"),
    path("variations/<int:pk>/answer/", work.answer_variation, name="answer_variation"),
    path("visits/<int:pk>/move/", visits.move_visit, name="move_visit"),
    path("visits/<int:pk>/cancel/", visits.cancel_visit, name="cancel_visit"),
    path("visits/<int:pk>/log/", visits.log_visit, name="log_visit"),
    path("visits/<int:pk>/confirm/", visits.confirm_visit, name="confirm_visit"),
    path("visits/<int:pk>/dispute/", visits.dispute_visit, name="dispute_visit"),
    path("visits/<int:pk>/calendar/", visits.visit_calendar, name="visit_calendar"),
]
