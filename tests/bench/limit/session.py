"""Run as a program: logs somebody in, and prints the key of the session."""

import django
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

if __name__ == "__main__":
    django.setup()
    from django.contrib.auth.models import User

    reader, _ = User._default_manager.get_or_create(username="reader")
    session = SessionStore()
    session[SESSION_KEY] = str(reader.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = reader.get_session_auth_hash()
    session.create()
    print(session.session_key)
