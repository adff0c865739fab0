"""Every write of evidence."""

from actionplans.evidence.services.adding import FileDetails, Subject, add_evidence
from actionplans.evidence.services.naming import NamesShown
from actionplans.evidence.services.redacting import redact_evidence
from actionplans.evidence.services.scanned import note_infected, note_passed, note_put_off
from actionplans.evidence.services.showing import show_evidence

__all__ = [
    "FileDetails",
    "NamesShown",
    "Subject",
    "add_evidence",
    "note_infected",
    "note_passed",
    "note_put_off",
    "redact_evidence",
    "show_evidence",
]
