"""Whom a site can tell: those who buy from it now."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from findings.models import Escalation, EscalationParty, Finding, Route, Telling
from stakeholders.models import Membership, Organisation, TradingRelationship


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer; `is_reached` where somebody could read of it in this portal."""

    organisation: Organisation
    is_reached: bool

    @property
    def is_suggested(self) -> bool:
        """The protocol is the UK retailers’; whether others are told, the site thinks over."""
        return self.organisation.is_uk_retailer and self.is_reached


def candidates_of(finding: Finding, escalation: Escalation | None = None) -> list[Candidate]:
    """The site's current customers by name; with an escalation those that were not told of it here yet."""
    relationships = (
        TradingRelationship.objects.current()
        .filter(site=finding.site_id)
        .select_related("customer")
        .order_by("customer__name", "customer__reference")
    )
    if escalation is not None:
        told = Telling.objects.filter(route=Route.PORTAL, party=OuterRef("pk"))
        parties = EscalationParty.objects.current().filter(Exists(told), escalation=escalation)
        relationships = relationships.exclude(customer__in=parties.values("organisation"))
    customers = [each.customer for each in relationships]
    members = Membership.objects.filter(organisation__in=customers, user__is_active=True)
    reached = set(members.values_list("organisation_id", flat=True))
    return [Candidate(customer, customer.pk in reached) for customer in customers]
