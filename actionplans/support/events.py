"""What the record of a plan tells of support: who let the operator read along, and who did when."""

from django.utils.translation import gettext_lazy as _

from actionplans.plans.events import SITE_AND_OPERATOR
from carportal.core.audit import EventKind

GRANTED = EventKind(
    "support_granted",
    _("Let the operator’s compliance staff read the draft and its threads until %(day)s"),
    SITE_AND_OPERATOR,
)
READ = EventKind("support_read", _("Read the draft and its threads along"), SITE_AND_OPERATOR)
ENDED = EventKind(
    "support_ended", _("No longer lets the operator’s compliance staff read along"), SITE_AND_OPERATOR
)
RAN_OUT = EventKind(
    "support_ran_out",
    _("The time for which the operator’s compliance staff could read along is over"),
    SITE_AND_OPERATOR,
)

KINDS = (GRANTED, READ, ENDED, RAN_OUT)
