import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carportal.settings")

application = get_wsgi_application()
# Here rather than with the first request: once for all workers, and a mistake in them stops the start.
import_module(settings.ROOT_URLCONF)
