"""Run as a program: logs somebody in, and prints the key of the session."""

import django
from django.conf import settings
from django.test import Client

if __name__ == "__main__":
    django.setup()
    from django.contrib.auth.models import User

    reader, _ = User._default_manager.get_or_create(username="reader")
    client = Client()
    client.force_login(reader)
    print(client.cookies[settings.SESSION_COOKIE_NAME].value)
