"""What happens to links for guests, as the plan's record tells the site; to whom each went can be taken out."""

from django.utils.translation import gettext_lazy as _

from actionplans.plans.events import SITE
from carportal.core.audit import EventKind

LINK_SENT = EventKind(
    "guest_link_sent", _("Sent %(name)s (%(email)s) a link to what is shared with %(party)s"), SITE
)
LINK_SENT_AGAIN = EventKind(
    "guest_link_sent_again",
    _("Sent %(name)s (%(email)s) the link to what is shared with %(party)s again"),
    SITE,
)
LINK_OPENED = EventKind(
    "guest_link_opened", _("Opened, as %(email)s, the link to what is shared with %(party)s"), SITE
)
LINK_REVOKED = EventKind(
    "guest_link_revoked", _("Ended the link of %(email)s to what is shared with %(party)s"), SITE
)
LINK_OVER = EventKind(
    "guest_link_over", _("The link of %(email)s to what is shared with %(party)s is over"), SITE
)

KINDS = (LINK_SENT, LINK_SENT_AGAIN, LINK_OPENED, LINK_REVOKED, LINK_OVER)
