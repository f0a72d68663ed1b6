from django.urls import path

from ..views import asking, home, person, requests

urlpatterns = [
    path("schools/<int:urn>/", home.school, name="school"),
    path("schools/<int:urn>/requests/", requests.requests, name="requests"),
    path("schools/<int:urn>/requests/new/", asking.start_request, name="start_request"),
    path("requests/<int:pk>/ask/<str:step>/", asking.ask, name="ask"),
    path("requests/<int:pk>/check/", asking.check_request, name="check_request"),
    path("requests/<int:pk>/sent/", asking.request_sent, name="request_sent"),
    path("requests/<int:pk>/", requests.support_request, name="request"),
    path("requests/<int:pk>/answer/", requests.answer, name="answer"),
    path("requests/<int:pk>/withdraw/", requests.withdraw, name="withdraw"),
    path("requests/<int:pk>/package/", requests.ask_package, name="ask_package"),
    path("requests/<int:pk>/close/", requests.close_request, name="close_request"),
    path("requests/<int:pk>/person/", person.show_person, name="show_person"),
    path("requests/<int:pk>/who-saw/", person.who_saw, name="who_saw"),
    path("sightings/<int:pk>/", person.sighting, name="sighting"),
]
