"""The portal with one app more."""

from alliance.settings import *  # noqa: F403
from alliance.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.house.small_app"]
ROOT_URLCONF = "tests.house.small_urls"
