"""The order of sendings and replies, which does not hang on the clocks of several machines."""

from datetime import datetime, timedelta

from django.utils import timezone


def now_after(last: datetime | None) -> datetime:
    """Now, and later than the one before it, whose share the caller has locked."""
    now = timezone.now()
    return now if last is None else max(now, last + timedelta(microseconds=1))
