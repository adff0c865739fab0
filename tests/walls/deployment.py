"""Run by itself, with a deployment's environment: what it answers, with its own settings, as JSON."""

import json

import django
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse

LOGIN = "/accounts/login/"


def _local_mail() -> str:
    try:
        return reverse("local_mail_list")
    except NoReverseMatch:
        return ""


def answers() -> dict[str, object]:
    client = Client(headers={"host": "portal.example"})
    plain = client.get(LOGIN)
    secure = client.get(LOGIN, secure=True)
    return {
        "plain": [plain.status_code, plain.headers.get("Location", "")],
        "behind": client.get(LOGIN, headers={"x-forwarded-proto": "https"}).status_code,
        "secure": dict(secure.headers),
        "csrf": dict(secure.cookies["csrftoken"]),
        "session": [
            settings.SESSION_COOKIE_SECURE,
            settings.SESSION_COOKIE_HTTPONLY,
            settings.SESSION_COOKIE_SAMESITE,
        ],
        "foreign": client.get(LOGIN, secure=True, headers={"host": "elsewhere.example"}).status_code,
        "local mail": _local_mail(),
        "debug": settings.DEBUG,
    }


if __name__ == "__main__":
    django.setup()
    # No files are collected here, so that none has a hash in its name.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    print(json.dumps(answers()))  # noqa: T201 - this is the program's output
