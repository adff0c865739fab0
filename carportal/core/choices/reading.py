"""What a person reads of its own choices."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from carportal.core.actor import Actor
from carportal.core.choices.services import person_of
from carportal.core.choices.wishes import Wishes
from carportal.core.models import Snooze
from carportal.core.prepared import prepared
from carportal.core.together import Reads, alone


def wishes_of(actor: Actor, address: str) -> Wishes:
    return Wishes(person_of(actor), address)


def quiet_days(actor: Actor, finding_id: UUID) -> Reads[date | None]:
    """The day from which mails about a CAR come to the actor again; None when they come."""
    days = _quiet_about(person_of(actor), finding_id, timezone.localdate())
    yield [days]
    return days.first()


@prepared
def _quiet_about(person_id: UUID, finding_id: UUID, today: date) -> QuerySet[Snooze, date]:
    return _quiet(person_id, today).filter(finding_id=finding_id).values_list("until", flat=True)


quiet_until = alone(quiet_days)


def snoozed(actor: Actor) -> dict[UUID, date]:
    """The CARs about which no mail comes to the actor now, those that come again first at the beginning."""
    quiet = _quiet(person_of(actor), timezone.localdate())
    return dict(quiet.order_by("until", "pk").values_list("finding_id", "until"))


def _quiet(person_id: UUID, today: date) -> QuerySet[Snooze]:
    return Snooze.objects.filter(person=person_id, until__gt=today)
