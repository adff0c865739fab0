"""Writing down what is owed: notifications, and the mail of each, thousands in one statement."""

import json
from collections.abc import Sequence
from email.utils import parseaddr
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from psycopg2 import sql

from carportal.core.models import Delivery, Notification


class News(NamedTuple):
    """What one recipient is to hear."""

    object_id: UUID
    period: str
    recipient_id: UUID | None
    address: str
    name: str
    language: str


# All of it comes as one value, since an array of thousands is as many expressions to the planner. Who was owed the
# same before keeps the row of then, and gets no second mail. The id of a mail is made once, for its Message-ID too.
STATEMENT = sql.SQL("""
WITH news AS (
    SELECT * FROM json_to_recordset(%(news)s::json)
    AS news (object_id uuid, period text, recipient_id uuid, address text, name text, language text)
), owed AS (
    INSERT INTO {notifications} ({columns_of_notification})
    SELECT {values_of_notification} FROM news
    ON CONFLICT DO NOTHING
    RETURNING id
), mail AS MATERIALIZED (
    SELECT gen_random_uuid() AS id, id AS notification_id FROM owed
)
INSERT INTO {deliveries} ({columns_of_delivery}) SELECT {values_of_delivery} FROM mail
""")


def write_down(kind: str, news: Sequence[News]) -> int:
    """Owe it to everybody who is not owed it yet; how many that are."""
    given: dict[str, Any] = {
        "news": json.dumps([each._asdict() for each in news], default=str),
        "kind": kind,
        "now": timezone.now(),
        "domain": _mail_domain(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(), given)
        return int(cursor.rowcount)


@cache
def _statement() -> sql.Composed:
    notification = _values(
        Notification,
        id="gen_random_uuid()",
        kind="%(kind)s",
        created_at="%(now)s",
        **{name: name for name in News._fields},
    )
    delivery = _values(
        Delivery,
        id="id",
        notification_id="notification_id",
        next_attempt_at="%(now)s",
        message_id="'<' || id || '@' || %(domain)s || '>'",
    )
    return STATEMENT.format(
        notifications=sql.Identifier(Notification._meta.db_table),
        columns_of_notification=sql.SQL(", ").join(map(sql.Identifier, notification)),
        values_of_notification=sql.SQL(", ").join(notification.values()),
        deliveries=sql.Identifier(Delivery._meta.db_table),
        columns_of_delivery=sql.SQL(", ").join(map(sql.Identifier, delivery)),
        values_of_delivery=sql.SQL(", ").join(delivery.values()),
    )


def _values(model: type[models.Model], **given: str) -> dict[str, sql.Composable]:
    """For each column of a new row what it gets: what is given, else the field's default."""
    defaults = {str(field.column): field.get_default() for field in model._meta.concrete_fields}
    return {
        column: sql.SQL(given[column]) if column in given else sql.Literal(default)
        for column, default in defaults.items()
    }


def _mail_domain() -> str:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return sender.rpartition("@")[2] or urlsplit(settings.SITE_URL).hostname or "localhost"
