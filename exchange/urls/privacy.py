from django.urls import path

from ..views import privacy

urlpatterns = [
    path("my-data/", privacy.my_data, name="my_data"),
    path("my-data.<str:kind>", privacy.my_data_file, name="my_data_file"),
    path("people/<int:pk>/data/", privacy.disclose, name="disclose"),
    path("people/<int:pk>/erase/", privacy.erase_person, name="erase_person"),
    path("disclosures/<int:pk>/", privacy.disclosure, name="disclosure"),
    path("disclosures/<int:pk>.<str:kind>", privacy.disclosure_file, name="disclosure_file"),
    path("retention/", privacy.retention, name="retention"),
]
