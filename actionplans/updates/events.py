"""What is agreed about updates and which are posted, as the plan's audit trail tells it; each party reads its own lines."""

from django.utils.translation import gettext_lazy as _

from actionplans.plans.events import ALL_BUT_AUDITORS
from actionplans.updates.models import Frequency
from carportal.core.audit import EventKind

_EVERY = {"every": Frequency}

UPDATES_PROPOSED = EventKind(
    "updates_proposed",
    _("Proposed updates to %(party)s %(every)s, the first on %(day)s"),
    ALL_BUT_AUDITORS,
    _EVERY,
)
UPDATES_AGREED = EventKind(
    "updates_agreed",
    _("Agreed on updates to %(party)s %(every)s, the first on %(day)s"),
    ALL_BUT_AUDITORS,
    _EVERY,
)
UPDATES_DECLINED = EventKind(
    "updates_declined",
    _("Declined the proposal for updates to %(party)s %(every)s, the first on %(day)s"),
    ALL_BUT_AUDITORS,
    _EVERY,
)
UPDATES_WITHDRAWN = EventKind(
    "updates_proposal_withdrawn",
    _("Withdrew the proposal for updates to %(party)s %(every)s, the first on %(day)s"),
    ALL_BUT_AUDITORS,
    _EVERY,
)
UPDATES_ENDED = EventKind(
    "updates_ended",
    _("Ended the agreement on updates to %(party)s %(every)s, counted from %(day)s"),
    ALL_BUT_AUDITORS,
    _EVERY,
)
UPDATE_POSTED = EventKind("update_posted", _("Posted an update to %(party)s"), ALL_BUT_AUDITORS)

REPLY_ASKED_AGAIN = EventKind(
    "reply_asked_again", _("Had %(party)s reminded of the reply that is awaited"), ALL_BUT_AUDITORS
)

KINDS = (
    UPDATES_PROPOSED,
    UPDATES_AGREED,
    UPDATES_DECLINED,
    UPDATES_WITHDRAWN,
    UPDATES_ENDED,
    UPDATE_POSTED,
    REPLY_ASKED_AGAIN,
)
