from django.urls import path

from ..views import work

urlpatterns = [
    path("commissions/<int:pk>/", work.commission, name="commission"),
    path("commissions/<int:pk>/pause/", work.pause_work, name="pause_work"),
    path("commissions/<int:pk>/resume/", work.resume_work, name="resume_work"),
    path("commissions/<int:pk>/cancel/", work.cancel_work, name="cancel_work"),
    path("commissions/<int:pk>/stop/", work.stop_work, name="stop_work"),
    path("commissions/<int:pk>/finish/", work.finish_work, name="finish_work"),
    path("legs/<int:pk>/vary/", work.propose_variation, name="propose_variation"),
    path("variations/<int:pk>/answer/", work.answer_variation, name="answer_variation"),
]
