"""What happens to a shared plan, as the plan's audit trail tells it; each party reads its own lines only."""

from django.utils.translation import gettext_lazy as _

from actionplans.plans.events import ALL_BUT_AUDITORS, SITE_AND_OPERATOR
from actionplans.sharing.models import ReplyKind
from carportal.core.audit import EventKind

PLAN_SHARED = EventKind("plan_shared", _("Shared the action plan with %(party)s"), ALL_BUT_AUDITORS)
PLAN_SHARED_ANEW = EventKind(
    "plan_shared_anew", _("Brought the plan shared with %(party)s up to date"), ALL_BUT_AUDITORS
)
SHARE_WITHDRAWN = EventKind(
    "share_withdrawn", _("Stopped sharing the action plan with %(party)s"), SITE_AND_OPERATOR
)
SHARE_ENDED = EventKind(
    "share_ended_with_relationship",
    _("The plan is no longer shared with %(party)s, which is no longer a customer of the site"),
    SITE_AND_OPERATOR,
)
PARTY_KNOWN = EventKind(
    "share_party_known",
    _(
        "The operator found that %(party)s, which was typed in, is %(known)s: the plan is shared with that now"
    ),
    SITE_AND_OPERATOR,
)
REPLY_RECEIVED = EventKind(
    "reply_received",
    _("Reply of %(party)s: %(reply)s"),
    ALL_BUT_AUDITORS,
    {"reply": ReplyKind},
)

KINDS = (PLAN_SHARED, PLAN_SHARED_ANEW, SHARE_WITHDRAWN, SHARE_ENDED, PARTY_KNOWN, REPLY_RECEIVED)
