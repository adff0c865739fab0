"""The Celery application; every task is found in an app's `tasks` module."""

import os
import sys
from importlib import import_module

from celery import Celery
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carportal.settings")
try:
    # Now, and not when the first task asks: a mistake in the environment stops worker and beat at once.
    import_module(os.environ["DJANGO_SETTINGS_MODULE"])
except ImproperlyConfigured as error:
    sys.exit(str(error))  # raised further, its sentence would end in a traceback of Celery's

app = Celery("carportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
