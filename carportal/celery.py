"""The Celery application; every task is found in an app's `tasks` module."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carportal.settings")

app = Celery("carportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
