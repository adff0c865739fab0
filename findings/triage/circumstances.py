"""What the advice depends on beside the answers."""

from datetime import UTC, date
from uuid import UUID

from carportal.core.models import Aggregate, AuditEvent
from findings.models import Finding
from stakeholders.models import TradingRelationship, User


def has_uk_retailer(finding: Finding) -> bool:
    """Whether a UK retailer is among the site's current customers: the protocol for incidents is theirs."""
    current = TradingRelationship.objects.current()
    return current.filter(site=finding.site_id, customer__is_uk_retailer=True).exists()


def last_support_request(finding_id: UUID) -> AuditEvent | None:
    """When the site last asked the operator for support, as its record has it."""
    return (
        AuditEvent.objects.filter(
            aggregate=Aggregate.FINDING, aggregate_id=finding_id, kind="support_requested"
        )
        .order_by("-sequence")
        .first()
    )


def asked_on(event: AuditEvent | None, day: date) -> bool:
    """Whether this request came on that day (UTC); one a day is enough."""
    return event is not None and event.at.astimezone(UTC).date() == day


def last_to_ask(finding_id: UUID) -> User | None:
    """The person behind that request; None where it has left the portal since."""
    event = last_support_request(finding_id)
    if event is None or event.actor_user_id is None:
        return None
    return User.objects.filter(pk=event.actor_user_id).first()
