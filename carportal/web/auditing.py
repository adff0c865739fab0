"""Audits on the landing pages of those who record them."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from carportal.core.actor import Actor
from findings.models import Audit, AuditEntry, EntryType


def audits_of(actor: Actor) -> QuerySet[Audit]:
    """Those the actor sees, each with how many CARs were recorded in it: counted for the rows that are fetched."""
    entries = AuditEntry.objects.filter(audit=OuterRef("pk"), type=EntryType.CAR).order_by()
    counted = entries.values("audit").annotate(number=Count("*")).values("number")
    cars = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return Audit.objects.visible_to(actor).select_related("site").annotate(cars=cars)
