"""What a person reads of its own choices."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from carportal.core.actor import Actor
from carportal.core.choices.services import person_of
from carportal.core.choices.wishes import Wishes
from carportal.core.models import Snooze
from carportal.core.together import Reads, alone


def wishes_of(actor: Actor, address: str) -> Wishes:
    return Wishes(person_of(actor), address)


def quiet_days(actor: Actor, finding_id: UUID) -> Reads[date | None]:
    """The day from which mails about a CAR come to the actor again; None when they come."""
    days = _quiet(actor).filter(finding_id=finding_id).values_list("until", flat=True)
    yield [days]
    return next(iter(days), None)


quiet_until = alone(quiet_days)


def snoozed(actor: Actor) -> dict[UUID, date]:
    """The CARs about which no mail comes to the actor now, those that come again first at the beginning."""
    return dict(_quiet(actor).order_by("until", "pk").values_list("finding_id", "until"))


def _quiet(actor: Actor) -> QuerySet[Snooze]:
    return Snooze.objects.filter(person=person_of(actor), until__gt=timezone.localdate())
