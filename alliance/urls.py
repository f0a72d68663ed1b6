from django.contrib import admin
from django.urls import include, path

from staff.views.home import home
from staff.views.joining import Sessions

urlpatterns = [
    path("", home, name="home"),
    path("accounts/sessions/", Sessions.as_view(), name="usersessions_list"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("staff.urls")),
    path("", include("exchange.urls")),
]
handler403 = "alliance.errors.permission_denied"
handler404 = "alliance.errors.page_not_found"
