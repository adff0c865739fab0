"""The portal's settings for a play of faults, in which nobody waits long: for a mail server, a sweep, a sign of life."""

from tests.core.worker_settings import *  # noqa: F403
from tests.core.worker_settings import CELERY_BEAT_SCHEDULE

EMAIL_TIMEOUT = 1
WORKER_BEAT_SECONDS = 0.3
CELERY_BEAT_SCHEDULE = {"deliver-due": CELERY_BEAT_SCHEDULE["deliver-due"] | {"schedule": 0.5}}
