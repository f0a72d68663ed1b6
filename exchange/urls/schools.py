from django.urls import path

from ..views import directory, our_leaders, schools, statement

urlpatterns = [
    path("schools/<int:urn>/", schools.school, name="school"),
    path("schools/<int:urn>/details/", schools.school_details, name="school_details"),
    path("schools/<int:urn>/details/change/", schools.edit_school, name="edit_school"),
    path("schools/<int:urn>/commissions/", schools.school_commissions, name="school_commissions"),
    path("schools/<int:urn>/leaders/", directory.directory, name="directory"),
    path("schools/<int:urn>/leaders/<int:pk>/", directory.leader_page, name="leader_page"),
    path("schools/<int:urn>/our-leaders/", our_leaders.our_leaders, name="our_leaders"),
    path("schools/<int:urn>/our-leaders/nominate/", our_leaders.nominate, name="nominate"),
    path(
        "schools/<int:urn>/our-leaders/<int:pk>/safeguarding/",
        our_leaders.confirm_safeguarding,
        name="confirm_safeguarding",
    ),
    path("schools/<int:urn>/statement/", statement.statement, name="statement"),
    path("schools/<int:urn>/statement.csv", statement.statement_csv, name="statement_csv"),
    path("schools/<int:urn>/statement-sums.csv", statement.statement_sums_csv, name="statement_sums_csv"),
    path("schools/<int:urn>/statement.pdf", statement.statement_pdf, name="statement_pdf"),
]
