from django.urls import path

from ..views import drafts, requests, supported_person

urlpatterns = [
    path("schools/<int:urn>/requests/", requests.requests, name="requests"),
    path("schools/<int:urn>/requests/new/", drafts.start_request, name="start_request"),
    path("requests/<int:pk>/ask/<str:step>/", drafts.ask, name="ask"),
    path("requests/<int:pk>/check/", drafts.check_request, name="check_request"),
    path("requests/<int:pk>/sent/", drafts.request_sent, name="request_sent"),
    path("requests/<int:pk>/", requests.support_request, name="request"),
    path("requests/<int:pk>/answer/", requests.answer, name="answer"),
    path("requests/<int:pk>/withdraw/", requests.withdraw, name="withdraw"),
    path("requests/<int:pk>/package/", requests.ask_package, name="ask_package"),
    path("requests/<int:pk>/close/", requests.close_request, name="close_request"),
    path("requests/<int:pk>/person/", supported_person.show_person, name="show_person"),
    path("requests/<int:pk>/who-saw/", supported_person.who_saw, name="who_saw"),
    path("sightings/<int:pk>/", supported_person.sighting, name="sighting"),
    path("requests/<int:pk>/triage/", requests.triage, name="triage"),
    path("requests/<int:pk>/question/", requests.ask_question, name="ask_question"),
    path("requests/<int:pk>/decline/", requests.decline_request, name="decline_request"),
    path("requests/<int:pk>/assign/", requests.assign, name="assign"),
    path("requests/<int:pk>/enough/", requests.call_enough, name="call_enough"),
]
