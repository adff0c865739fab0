"""The portal's settings for a clock that a test need not wait for."""

from carportal.settings import *  # noqa: F403
from carportal.settings import CELERY_BEAT_SCHEDULE

CELERY_BEAT_SCHEDULE = {"heartbeat": CELERY_BEAT_SCHEDULE["heartbeat"] | {"schedule": 0.5}}
