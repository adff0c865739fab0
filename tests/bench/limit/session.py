"""Run as a program: begins a session, and prints its key."""

import django
from django.contrib.sessions.backends.db import SessionStore

if __name__ == "__main__":
    django.setup()
    session = SessionStore()
    session["who"] = "a reader"
    session.create()
    print(session.session_key)
