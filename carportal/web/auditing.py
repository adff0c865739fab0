"""Audits on the landing pages of those who record them."""

from django.db.models import Count, Q, QuerySet

from carportal.core.actor import Actor
from findings.models import Audit, EntryType


def audits_of(actor: Actor) -> QuerySet[Audit]:
    """Those the actor sees, each with how many CARs were recorded in it."""
    cars = Count("entries", filter=Q(entries__type=EntryType.CAR))
    return Audit.objects.visible_to(actor).select_related("site").annotate(cars=cars)
