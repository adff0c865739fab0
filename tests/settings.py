"""The portal's settings with what tests want: static files as they are, quick passwords."""

import os

os.environ |= {
    "SECRET_KEY": "only-for-tests",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "LOCAL_RUN": "1",
}
# tests.engines names the engines; a tool that only reads the settings (mypy) never talks to them.
os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")

from carportal.settings import *  # noqa: F403
from carportal.settings import STORAGES

STORAGES |= {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PDF_WAIT_SECONDS = 0.0  # a test that wants a PDF has it made itself
