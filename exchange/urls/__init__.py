from . import asking, bank, charges, coordination, schools, work

app_name = "exchange"
urlpatterns = [
    *asking.urlpatterns,
    *work.urlpatterns,
    *coordination.urlpatterns,
    *bank.urlpatterns,
    *charges.urlpatterns,
    *schools.urlpatterns,
]
