"""What happens to the files of a plan, as the site's record tells it; no other party reads these lines."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from actionplans.evidence.models import EVERYONE_OF, ShownTo, SubjectKind
from actionplans.plans.events import SITE, SITE_AND_OPERATOR
from carportal.core.audit import EventKind


class Readers(TextChoices):
    """To whom a file was shown, as the record keeps it where that is no one party, whose name it keeps."""

    SITE = ShownTo.SITE.value, ShownTo.SITE.label
    READERS = ShownTo.READERS.value, ShownTo.READERS.label
    OF_ACTION = "readers_of_action", EVERYONE_OF[SubjectKind.ACTION]
    OF_UPDATE = "readers_of_update", EVERYONE_OF[SubjectKind.UPDATE]
    OF_REPORT = "readers_of_report", EVERYONE_OF[SubjectKind.REPORT]


_READERS = {"readers": Readers}

EVIDENCE_ADDED = EventKind(
    "evidence_added", _("Added the file “%(name)s” to the evidence, shown to: %(readers)s"), SITE, _READERS
)
EVIDENCE_SHOWN = EventKind(
    "evidence_shown", _("Changed who sees the file “%(name)s”, now: %(readers)s"), SITE, _READERS
)
EVIDENCE_INFECTED = EventKind(
    "evidence_infected", _("Found a virus in the file “%(name)s” and deleted it"), SITE
)
EVIDENCE_REDACTED = EventKind("evidence_redacted", _("Took a file out of the evidence: %(reason)s"), SITE)
# Of a file that the operator sees; of others it does not even learn that they were there.
EVIDENCE_REDACTED_BY_OPERATOR = EventKind(
    "evidence_redacted_by_operator", _("Took a file out of the evidence: %(reason)s"), SITE_AND_OPERATOR
)

KINDS = (
    EVIDENCE_ADDED,
    EVIDENCE_SHOWN,
    EVIDENCE_INFECTED,
    EVIDENCE_REDACTED,
    EVIDENCE_REDACTED_BY_OPERATOR,
)
