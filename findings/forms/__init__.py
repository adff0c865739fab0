"""What is asked on the pages of audits and CARs; the services check it again, they have the rules."""

from findings.forms.audits import AuditForm, CorrectionForm, FindAuditForm
from findings.forms.entries import EntryForm
from findings.forms.findings import DecideForm
from findings.forms.publishing import PublishForm

__all__ = [
    "AuditForm",
    "CorrectionForm",
    "DecideForm",
    "EntryForm",
    "FindAuditForm",
    "PublishForm",
]
