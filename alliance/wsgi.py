import os

from django.core.wsgi import get_wsgi_application

from portal import registry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

application = get_wsgi_application()
registry.require_sound()
