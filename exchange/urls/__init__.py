from . import asking, coordination, schools, work

app_name = "exchange"
urlpatterns = [*asking.urlpatterns, *work.urlpatterns, *coordination.urlpatterns, *schools.urlpatterns]
