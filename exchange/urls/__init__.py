from . import asking, bank, charges, coordination, privacy, schools, work

app_name = "exchange"
urlpatterns = [
    *asking.urlpatterns,
    *work.urlpatterns,
    *coordination.urlpatterns,
    *bank.urlpatterns,
    *charges.urlpatterns,
    *schools.urlpatterns,
    *privacy.urlpatterns,
]
