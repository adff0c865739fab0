"""Every write of this room."""

from findings.services.access import follow_relationship, grant_access, withdraw_access
from findings.services.audits import (
    AuditDetails,
    discard_audit,
    record_audit,
    start_new_edition,
    update_audit,
)
from findings.services.entries import EntryDetails, add_entry, edit_entry, remove_entry
from findings.services.importing import ChangedSince, Checked, check_file, write_file
from findings.services.imports import confirm_import, progress_of, upload_import
from findings.services.left import decide_left
from findings.services.progress import mark_plan_published, mark_updated
from findings.services.publication import Decision, Preview, preview_publication, publish_audit
from findings.services.several import Rehearsal, publish_audits, rehearse_publications
from findings.services.snoozing import snooze_car
from findings.services.titles import add_requirement_title, change_requirement_title
from findings.services.triage import answer_triage, request_support

__all__ = [
    "AuditDetails",
    "ChangedSince",
    "Checked",
    "Decision",
    "EntryDetails",
    "Preview",
    "Rehearsal",
    "add_entry",
    "add_requirement_title",
    "answer_triage",
    "change_requirement_title",
    "check_file",
    "confirm_import",
    "decide_left",
    "discard_audit",
    "edit_entry",
    "follow_relationship",
    "grant_access",
    "mark_plan_published",
    "mark_updated",
    "preview_publication",
    "progress_of",
    "publish_audit",
    "publish_audits",
    "record_audit",
    "rehearse_publications",
    "remove_entry",
    "request_support",
    "snooze_car",
    "start_new_edition",
    "update_audit",
    "upload_import",
    "withdraw_access",
    "write_file",
]
