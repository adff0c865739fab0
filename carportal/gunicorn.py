"""Gunicorn's configuration (`gunicorn -c python:carportal.gunicorn`), from the environment."""

import gc
from importlib import import_module

from carportal.environment import Environment

env = Environment()
# Here a mistake in the environment is told in one sentence, which it is not when the application loads.
import_module(env.str("DJANGO_SETTINGS_MODULE", default="carportal.settings"))

wsgi_app = "carportal.wsgi"
bind = env.str("BIND", default=f"127.0.0.1:{env.int('PORT', default=8000)}")
worker_class = "gthread"
workers = env.int("WEB_WORKERS", default=2)
threads = env.int("WEB_THREADS", default=4)
preload_app = True  # loaded once; a mistake in the settings shows before anything serves
timeout = 60
graceful_timeout = 5
keepalive = 5
# Recycling keeps slow leaks small; the jitter keeps the workers from going at the same moment.
max_requests = 5000
max_requests_jitter = 500
accesslog = "-"
access_log_format = (
    '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'  # no query string: it may hold a name or a token
)
control_socket_disable = True

OBJECTS = 20_000  # made and not gone, until the collector looks for those that hold each other


def pre_fork(_server: object, _worker: object) -> None:
    """What was loaded lives as long as the process: the collector need not go through it with each request.

    Nor does it write into pages of memory that the workers share. A page makes some thousands of objects, nearly all of
    which go by themselves: it looks for the others once for several pages, not several times for each.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, *gc.get_threshold()[1:])
