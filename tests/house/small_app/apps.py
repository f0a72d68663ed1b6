from django.apps import AppConfig


class SmallAppConfig(AppConfig):
    name = "tests.house.small_app"
    label = "small_app"
    default_auto_field = "django.db.models.BigAutoField"
