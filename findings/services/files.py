"""A long list on its way to a file: asked for, written by a worker, kept for some days.

It does nothing to a CAR, so no record tells of it. Locks: a file comes after everything else.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import Conflict
from carportal.core.notifications import notify
from carportal.core.wake import send_task
from findings import policy
from findings.exporting.storing import discard
from findings.filters import Filters
from findings.models import FileFormat, FileReason, FileStatus, ListFile
from stakeholders.models import User
from stakeholders.policy import require

WRITE = "findings.tasks.write_files"
READY = "list_ready"  # the kind of its mail
MOST_AT_ONCE = 3  # that one person has asked for and does not have yet: workers have other things to do
# Writing says several times within it that it goes on; packing a workbook says nothing meanwhile.
LEASE = timedelta(minutes=5)
RETRY = timedelta(minutes=1)


@transaction.atomic
def ask_for_file(*, actor: Actor, filters: Filters, kind: FileFormat) -> ListFile:
    """Have a worker write the list under these filters; one that is asked for twice is written once."""
    require(policy.may_save_lists(actor), _("Only those who act for an organisation save lists as a file."))
    User.objects.select_for_update(no_key=True).get(pk=actor.user_id)
    own = ListFile.objects.visible_to(actor).to_do()
    day = filters.view.today
    there = own.filter(format=kind, filters=filters.query, day=day).first()
    if there is not None:
        return there
    if own.count() >= MOST_AT_ONCE:
        raise Conflict(
            _("%(n)s of your files are still to be written. Ask for another once one of them is ready.")
            % {"n": MOST_AT_ONCE}
        )
    file = ListFile.objects.create(
        asked_by_id=actor.user_id,
        organisation_id=actor.organisation_id,
        day=day,
        format=kind,
        filters=filters.query,
        in_words=filters.in_words,
        language=get_language() or settings.LANGUAGE_CODE,
        total=filters.findings.order_by().count(),
    )
    wake_writer()
    return file


def wake_writer() -> None:
    transaction.on_commit(partial(send_task, WRITE), robust=True)


@transaction.atomic
def claim_file() -> ListFile | None:
    """The one that has waited longest; the attempt counts from now, should its worker not live to say so."""
    due = ListFile.objects.to_do().filter(due_at__lte=timezone.now())
    claimed = due.select_for_update(skip_locked=True, of=("self",)).order_by("due_at").first()
    if claimed is not None:
        claimed.begin(until=timezone.now() + LEASE)
        claimed.save(update_fields=["status", "attempts", "done", "due_at"])
    return claimed


@transaction.atomic
def note_progress(*, claimed: ListFile, done: int) -> bool:
    """Whether to go on with it: not where it was taken back, or given to another worker."""
    file = _locked(claimed)
    if file is None:
        return False
    file.done, file.due_at = done, timezone.now() + LEASE
    file.save(update_fields=["done", "due_at"])
    return True


@transaction.atomic
def note_written(*, claimed: ListFile, key: str, size: int, rows: int) -> bool:
    """Whether the file is wanted still; who asked for it is told."""
    file = _locked(claimed)
    if file is None:
        return False
    file.keep(key=key, size=size, rows=rows, at=timezone.now())
    file.save(update_fields=["status", "storage_key", "size", "total", "done", "ready_at"])
    notify(kind=READY, object_id=file.pk)
    return True


@transaction.atomic
def note_failed(*, claimed: ListFile, reason: FileReason) -> None:
    file = _locked(claimed)
    if file is not None:
        file.give_up(reason=reason)
        file.save(update_fields=["status", "reason"])


@transaction.atomic
def put_off(*, claimed: ListFile) -> None:
    """To a little later; what goes wrong each time is given up in the end."""
    file = _locked(claimed)
    if file is not None:
        file.due_at = timezone.now() + RETRY
        file.save(update_fields=["due_at"])


@transaction.atomic
def expire_file(*, file_id: UUID, reason: FileReason) -> None:
    """Its bytes go with it; nothing where it was not kept any more."""
    file = ListFile.objects.kept().select_for_update(of=("self",)).filter(pk=file_id).first()
    if file is not None:
        _expire(file, reason)


@dataclass(frozen=True)
class _Forgetting:
    """What was saved for an organisation that came to see less; once for a transaction that takes much from it."""

    organisation_id: UUID

    def __call__(self) -> None:
        forget_files_of(organisation_id=self.organisation_id)


def forget_files_on_commit(organisation_id: UUID) -> None:
    """Called where an organisation comes to see less. Only once that holds: what is begun after it has read it.

    So no lock of a file is held while others are waited for.
    """
    forgetting = _Forgetting(organisation_id)
    if all(entry[1] != forgetting for entry in connection.run_on_commit):
        transaction.on_commit(forgetting, robust=True)


@transaction.atomic
def forget_files_of(*, organisation_id: UUID) -> None:
    """What was saved may tell more than the organisation sees by now; what is being written is begun anew."""
    at_stake = ListFile.objects.filter(
        organisation=organisation_id, status__in=[FileStatus.WRITING, FileStatus.READY]
    )
    for file in at_stake.select_for_update(of=("self",)).order_by("pk"):
        if file.is_ready:
            _expire(file, FileReason.NARROWED)
        else:
            file.begin_anew(at=timezone.now())
            file.save(update_fields=["status", "attempts", "done", "due_at"])
            wake_writer()


def _expire(file: ListFile, reason: FileReason) -> None:
    transaction.on_commit(partial(discard, file.storage_key), robust=True)
    file.expire(reason=reason)
    file.save(update_fields=["status", "reason", "storage_key"])


def _locked(claimed: ListFile) -> ListFile | None:
    """The row, if it is still this very attempt's."""
    return (
        ListFile.objects.select_for_update(of=("self",))
        .filter(pk=claimed.pk, status=claimed.status, attempts=claimed.attempts)
        .first()
    )
