"""What happens about the actions of parties, as the plan's audit trail tells it; each party reads its own lines."""

from django.utils.translation import gettext_lazy as _

from actionplans.duties.models import ReportState
from actionplans.plans.events import ALL_BUT_AUDITORS, SITE
from carportal.core.audit import EventKind

DUTIES_PROPOSED = EventKind(
    "duties_proposed", _("Asked %(party)s to take on actions of the plan"), ALL_BUT_AUDITORS
)
DUTIES_ENDED = EventKind(
    "duties_ended", _("Actions that %(party)s was asked to take on are its own no more"), ALL_BUT_AUDITORS
)
DUTY_ACCEPTED = EventKind("duty_accepted", _("%(party)s accepted an action of the plan"), ALL_BUT_AUDITORS)
DUTY_DECLINED = EventKind("duty_declined", _("%(party)s declined an action of the plan"), ALL_BUT_AUDITORS)
DUTY_REPORTED = EventKind(
    "duty_reported",
    _("%(party)s reported on its action: %(state)s"),
    ALL_BUT_AUDITORS,
    {"state": ReportState},
)
DUTY_REPORT_TAKEN = EventKind(
    "duty_report_taken", _("Took a report of %(party)s into the draft of the plan"), SITE
)

KINDS = (DUTIES_PROPOSED, DUTIES_ENDED, DUTY_ACCEPTED, DUTY_DECLINED, DUTY_REPORTED, DUTY_REPORT_TAKEN)
