"""What the record of a CAR tells of an escalation, and to whom.

What concerns a customer is recorded with it as the party, so that no other one reads it. The operator reads that
a customer was told, not which person of it answered: as with shares, it gets where each stands.
"""

from django.utils.translation import gettext_lazy as _

from carportal.core.audit import EventKind, Reader
from findings.models import CallOffReason, Route

SITE = frozenset({Reader.SITE})
SITE_AND_OPERATOR = frozenset({Reader.SITE, Reader.OPERATOR})
SITE_AND_PARTY = frozenset({Reader.SITE, Reader.PARTY})

_REASON = {"reason": CallOffReason}

RAISED = EventKind("escalation_raised", _("Told others that step 1 is urgent"), SITE_AND_OPERATOR)
TOLD = EventKind(
    "escalation_told",
    _("Told %(party)s that this CAR is urgent, through the portal and by e-mail"),
    SITE_AND_OPERATOR | {Reader.PARTY},
)
TOLD_OUTSIDE = EventKind(
    "escalation_told_outside",
    _("Recorded that %(party)s was told that this CAR is urgent: %(route)s"),
    SITE_AND_OPERATOR,
    {"route": Route},
)
OPERATOR_ACKNOWLEDGED = EventKind(
    "escalation_acknowledged_by_operator", _("Acknowledged that this CAR is urgent"), SITE_AND_OPERATOR
)
CUSTOMER_ACKNOWLEDGED = EventKind(
    "escalation_acknowledged", _("Acknowledged that this CAR is urgent"), SITE_AND_PARTY
)
SITE_TOOK_OVER = EventKind(
    "escalation_taken_over_at_site",
    _("Recorded for the site that the protocol for serious incidents has taken over"),
    SITE_AND_OPERATOR,
)
CUSTOMER_TOOK_OVER = EventKind(
    "escalation_taken_over_at_customer",
    _("Recorded for %(party)s that the protocol for serious incidents has taken over"),
    SITE_AND_PARTY,
)
TOOK_OVER_OUTSIDE = EventKind(
    "escalation_taken_over_outside",
    _("Recorded that the protocol for serious incidents has taken over at %(party)s, as it said itself"),
    SITE,
)
CUSTOMER_LEFT = EventKind(
    "escalation_customer_left",
    _("%(party)s no longer buys from the site, so its answer is no longer waited for"),
    SITE_AND_OPERATOR,
)
OVER = EventKind(
    "escalation_over",
    _("The escalation is over: all have recorded that the protocol for serious incidents has taken over"),
    SITE_AND_OPERATOR,
)
CALLED_OFF = EventKind(
    "escalation_called_off", _("Called the escalation off: %(reason)s"), SITE_AND_OPERATOR, _REASON
)
CALLED_OFF_FOR_CUSTOMER = EventKind(
    "escalation_called_off_for_customer",
    _("Called the escalation off: %(reason)s"),
    frozenset({Reader.PARTY}),
    _REASON,
)

KINDS = (
    RAISED,
    TOLD,
    TOLD_OUTSIDE,
    OPERATOR_ACKNOWLEDGED,
    CUSTOMER_ACKNOWLEDGED,
    SITE_TOOK_OVER,
    CUSTOMER_TOOK_OVER,
    TOOK_OVER_OUTSIDE,
    CUSTOMER_LEFT,
    OVER,
    CALLED_OFF,
    CALLED_OFF_FOR_CUSTOMER,
)
