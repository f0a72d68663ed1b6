from django.urls import path

from ..views import evaluations

urlpatterns = [
    path("commissions/<int:pk>/findings/", evaluations.report_findings, name="report_findings"),
    path("commissions/<int:pk>/evaluate/", evaluations.evaluate, name="evaluate"),
    path("commissions/<int:pk>/close/", evaluations.close_work, name="close_work"),
    path("concerns/<int:pk>/resolve/", evaluations.resolve_concern, name="resolve_concern"),
]
