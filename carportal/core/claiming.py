"""Taking the row that is next to be sent, for one worker alone."""

from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from carportal.core.models import Delivery
from carportal.core.prepared import prepared

# One statement that takes it and tells what its mail depends on besides: asked apart, that costs each mail six
# questions. What most people have not, a choice or an address in trouble, is then looked at no further. The row is
# locked before it is joined with anything: a subquery that ran twice would lock two.
CLAIM = """
    WITH next AS MATERIALIZED (
        SELECT id FROM core_delivery
        WHERE state = 'pending' AND next_attempt_at <= %(now)s AND (leased_until IS NULL OR leased_until < %(now)s)
        ORDER BY next_attempt_at LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
    UPDATE core_delivery AS taken SET attempts = taken.attempts + 1, leased_until = %(until)s
    FROM next, core_notification AS news
    WHERE taken.id = next.id AND news.id = taken.notification_id
    RETURNING
        taken.id,
        EXISTS (SELECT FROM core_mailchoice WHERE person_id = news.recipient_id)
            OR EXISTS (SELECT FROM core_mailchoice WHERE person_id IS NULL AND address = lower(news.address))
            OR EXISTS (SELECT FROM core_snooze WHERE person_id = news.recipient_id),
        EXISTS (SELECT FROM core_mailaddress WHERE trouble <> '' AND address = lower(news.address))
"""


def due() -> QuerySet[Delivery]:
    """What a worker may take now."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Delivery.objects.filter(free, state=Delivery.State.PENDING, next_attempt_at__lte=now)


def claim(lease: timedelta) -> Delivery | None:
    """Take the row that has waited longest; the attempt counts from now, though its worker may not live to say so."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + lease})
        taken = cursor.fetchone()
    if taken is None:
        return None
    pk, may_have_chosen, may_be_in_trouble = taken
    delivery = _taken(pk).first()
    if delivery is not None:
        delivery.may_have_chosen, delivery.may_be_in_trouble = may_have_chosen, may_be_in_trouble
    return delivery


@prepared
def _taken(pk: UUID) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=pk).select_related("notification__recipient")
