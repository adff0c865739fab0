"""What happens about calls, as the plan's audit trail tells it; each party reads its own lines."""

from django.utils.translation import gettext_lazy as _

from actionplans.plans.events import ALL_BUT_AUDITORS, SITE
from carportal.core.audit import EventKind

CALL_PROPOSED = EventKind("call_proposed", _("Proposed times for a call with %(party)s"), ALL_BUT_AUDITORS)
CALL_AGREED = EventKind("call_agreed", _("Agreed on a call with %(party)s on %(day)s"), ALL_BUT_AUDITORS)
CALL_MOVED = EventKind(
    "call_moved",
    _("Proposed other times for the call with %(party)s that was agreed for %(day)s"),
    ALL_BUT_AUDITORS,
)
CALL_DECLINED = EventKind("call_declined", _("Declined a call with %(party)s"), ALL_BUT_AUDITORS)
CALL_CANCELLED = EventKind("call_cancelled", _("Cancelled a call with %(party)s"), ALL_BUT_AUDITORS)
CALL_HELD = EventKind(
    "call_held", _("Wrote the minutes of the call with %(party)s on %(day)s"), ALL_BUT_AUDITORS
)
CALL_ACTION_TAKEN = EventKind(
    "call_action_taken",
    _("Took an action from a call with %(party)s into the draft"),
    SITE,
)

KINDS = (
    CALL_PROPOSED,
    CALL_AGREED,
    CALL_MOVED,
    CALL_DECLINED,
    CALL_CANCELLED,
    CALL_HELD,
    CALL_ACTION_TAKEN,
)
