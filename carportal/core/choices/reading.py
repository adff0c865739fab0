"""What a person reads of its own choices."""

from datetime import date
from uuid import UUID

from django.utils import timezone

from carportal.core.actor import Actor
from carportal.core.choices.services import person_of
from carportal.core.choices.wishes import Wishes
from carportal.core.models import Snooze


def wishes_of(actor: Actor, address: str) -> Wishes:
    return Wishes(person_of(actor), address)


def quiet_until(actor: Actor, finding_id: UUID) -> date | None:
    """The day from which mails about a CAR come to the actor again; None when they come."""
    return snoozed(actor).get(finding_id)


def snoozed(actor: Actor) -> dict[UUID, date]:
    """The CARs about which no mail comes to the actor now, those that come again first at the beginning."""
    still = Snooze.objects.filter(person=person_of(actor), until__gt=timezone.localdate())
    return dict(still.order_by("until", "pk").values_list("finding_id", "until"))
