"""Sessions in the database, as Django keeps them; every request reads one, so that is asked as briefly as can be."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from carportal.core.prepared import prepared


class SessionStore(DatabaseStore):
    def load(self) -> dict[str, Any]:
        data = _kept(self.session_key, timezone.now()).first() if self.session_key else None
        if data is None:
            self._session_key = None
            return {}
        return self.decode(data)


@prepared
def _kept(key: str, at: datetime) -> QuerySet[Session, str]:
    return Session.objects.filter(session_key=key, expire_date__gt=at).values_list("session_data", flat=True)
