"""The portal's settings for a worker that knows the kinds of the tests."""

from carportal.settings import *  # noqa: F403
from carportal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.core.apps.CoreTestsConfig"]
