"""Every write about threads and private notes: comment, answer, change, settle, keep a note, remove it."""

from actionplans.threads.services.notes import keep_note, remove_note
from actionplans.threads.services.settling import settle_comment
from actionplans.threads.services.writing import edit_comment, names_disclosed, write_comment

__all__ = [
    "edit_comment",
    "keep_note",
    "names_disclosed",
    "remove_note",
    "settle_comment",
    "write_comment",
]
