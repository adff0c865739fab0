"""Every write of evidence."""

from actionplans.evidence.services.adding import FileDetails, add_evidence
from actionplans.evidence.services.keeping import (
    NewFile,
    StoredFile,
    check_partys_room,
    check_room,
    looked_into,
    stored,
    write_row,
)
from actionplans.evidence.services.naming import NamesShown
from actionplans.evidence.services.redacting import redact_evidence
from actionplans.evidence.services.scanned import note_infected, note_passed, note_put_off
from actionplans.evidence.services.showing import show_evidence

__all__ = [
    "FileDetails",
    "NamesShown",
    "NewFile",
    "StoredFile",
    "add_evidence",
    "check_partys_room",
    "check_room",
    "looked_into",
    "note_infected",
    "note_passed",
    "note_put_off",
    "redact_evidence",
    "show_evidence",
    "stored",
    "write_row",
]
