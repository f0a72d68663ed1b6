from django.urls import include, path

from alliance import urls

urlpatterns = [*urls.urlpatterns, path("", include("tests.house.small_app.urls"))]
handler403, handler404 = urls.handler403, urls.handler404
