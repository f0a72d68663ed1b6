from . import alliances, charges, evaluations, leader, movements, offers, requests, schools, visits, work

app_name = "exchange"
urlpatterns = [
    *requests.urlpatterns,
    *offers.urlpatterns,
    *work.urlpatterns,
    *visits.urlpatterns,
    *evaluations.urlpatterns,
    *movements.urlpatterns,
    *charges.urlpatterns,
    *schools.urlpatterns,
    *leader.urlpatterns,
    *alliances.urlpatterns,
]
