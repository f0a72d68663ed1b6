from django.urls import path

from . import views

app_name = "small_app"
urlpatterns = [
    path("schools/<int:urn>/cakes/", views.cakes, name="cakes"),
    path("cakes/<int:pk>/bake/", views.bake, name="bake"),
]
