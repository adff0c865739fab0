import os

import environ

SECRET_KEY = "signs nothing that anybody keeps"
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": environ.Env.db_url_config(os.environ["DATABASE_URL"]) | {"CONN_MAX_AGE": 600}}
INSTALLED_APPS = ["django.contrib.sessions", "tests.bench.limit"]
MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", "django.contrib.sessions.middleware.SessionMiddleware"]
ROOT_URLCONF = "tests.bench.limit.pages"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
