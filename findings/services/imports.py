"""An uploaded file on its way: uploaded, checked by a worker, confirmed by a person, written by a worker.

A worker holds the lock on the import's row for as long as it is at it, so that no other takes it up; one that
dies lets go of it, and the next wake-up or sweep begins again. What is to be done is thereby done once.
"""

import logging
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from redis import RedisError

from carportal.core.actor import Actor, ActorKind, OrganisationKind
from carportal.core.errors import Conflict, DomainError, InvalidInput
from carportal.core.wake import send_task
from findings import policy
from findings.importing.dates import DayOrder
from findings.importing.reports import report_of, report_of_unreadable
from findings.importing.tables import Unreadable
from findings.models import AuditImport, ImportStatus
from findings.services.importing import ChangedSince, Checked, check_file, write_file
from stakeholders.acting import actor_of
from stakeholders.models import Membership, User
from stakeholders.policy import require

logger = logging.getLogger(__name__)

TASK = "findings.tasks.run_import"
MOST_ATTEMPTS = 3
OUTCOME = ["status", "report", "digest", "checked_at", "written_at", "attempts"]


@transaction.atomic
def upload_import(
    *, actor: Actor, name: str, content: bytes, day_order: DayOrder = DayOrder.UNKNOWN
) -> AuditImport:
    """Take a file in, to be checked by a worker; InvalidInput for one that is empty or too big."""
    _require_importer(actor)
    if not content:
        raise _wrong_file(_("This file is empty."))
    if len(content) > settings.IMPORT_MAX_MEGABYTES * 1024 * 1024:
        raise _wrong_file(too_big())
    uploaded = AuditImport.objects.create(
        name=" ".join(name.replace("\0", "").split())[-200:] or _("Without a name"),
        size=len(content),
        content=content,
        day_order=day_order,
        uploaded_by_id=actor.user_id,
    )
    _wake(uploaded.pk)
    return uploaded


def too_big() -> str:
    return _("This file is larger than %(n)s MB. Divide it into several and upload each.") % {
        "n": settings.IMPORT_MAX_MEGABYTES
    }


@transaction.atomic
def confirm_import(*, actor: Actor, import_id: UUID, digest: str) -> AuditImport:
    """Have a worker write what the check with this `digest` showed; once, however often asked."""
    uploaded = _lock(import_id)
    _require_importer(actor)
    if uploaded.status in {ImportStatus.WRITING, ImportStatus.WRITTEN}:
        return uploaded
    if not uploaded.can_be_written:
        raise Conflict(_("This file cannot be imported as it is. Upload it again."))
    if uploaded.digest != digest:
        raise Conflict(_("This file has been checked anew. Look at what importing will do now."))
    uploaded.confirm()
    uploaded.attempts = 0
    uploaded.confirmed_by_id = actor.user_id
    uploaded.save(update_fields=["status", "attempts", "confirmed_by"])
    _wake(import_id)
    return uploaded


def run_import(*, import_id: UUID) -> None:
    """Do what is to be done with it now; nothing where a worker is at it, or nothing is to be done."""
    if not _begin(import_id):
        return
    with transaction.atomic():
        uploaded = _take(import_id)
        if uploaded is None:
            return
        by = uploaded.confirmed_by if uploaded.status == ImportStatus.WRITING else uploaded.uploaded_by
        with translation.override(by.language if by else settings.LANGUAGE_CODE):
            _run(uploaded, by)
        uploaded.save(update_fields=OUTCOME)


def run_imports() -> None:
    """Take up all that waits: what a broker that was down did not hear of, and what a dead worker left."""
    for import_id in AuditImport.objects.to_do().order_by("created_at").values_list("pk", flat=True):
        try:
            run_import(import_id=import_id)
        except Exception:
            # One file must not hold up the others; after its last attempt it is given up.
            logger.exception("import %s did not come to an end", import_id)


def remove_old_files() -> int:
    """Remove what is no longer needed: of written and refused files the bytes, the addresses in all reports."""
    before = timezone.now() - timedelta(days=settings.IMPORT_KEEP_DAYS)
    removed = 0
    for pk in AuditImport.objects.filter(created_at__lt=before, content__isnull=False).values_list(
        "pk", flat=True
    ):
        with transaction.atomic():
            uploaded = _lock(pk)
            if uploaded.is_to_do or uploaded.content is None:
                continue
            if uploaded.can_be_written:
                uploaded.lapse()
            uploaded.content = None
            uploaded.report = {**(uploaded.report or {}), "contacts": []}
            uploaded.save(update_fields=["status", "content", "report"])
            removed += 1
    return removed


def progress_of(uploaded: AuditImport) -> tuple[int, int] | None:
    """How many of how many are done; None where nobody has said so yet."""
    try:
        progress: tuple[int, int] | None = cache.get(_key(uploaded.pk))
    except RedisError:
        return None
    return progress


# --- One run --------------------------------------------------------------------------------------


def _begin(import_id: UUID) -> bool:
    """Count the attempt before it is made, since one that takes its worker with it comes to no end."""
    with transaction.atomic():
        uploaded = _take(import_id)
        if uploaded is None:
            return False
        if uploaded.attempts >= MOST_ATTEMPTS:
            _give_up(uploaded)
            return False
        uploaded.attempts += 1
        uploaded.save(update_fields=["attempts"])
    _forget_progress(import_id)
    return True


def _take(import_id: UUID) -> AuditImport | None:
    to_do = AuditImport.objects.to_do().filter(pk=import_id).select_related("uploaded_by", "confirmed_by")
    return to_do.select_for_update(of=("self",), skip_locked=True).first()


def _give_up(uploaded: AuditImport) -> None:
    logger.error("import %s is given up after %s attempts", uploaded.pk, uploaded.attempts)
    uploaded.refuse()
    uploaded.report = report_of_unreadable(
        _(
            "This file could not be processed, several times over. Copy its rows into a new file and upload that."
        )
    )
    uploaded.save(update_fields=["status", "report"])


def _run(uploaded: AuditImport, by: User | None) -> None:
    content, order = bytes(uploaded.content or b""), DayOrder(uploaded.day_order)
    progress = partial(_tell_progress, uploaded.pk)
    try:
        actor = _operator_of(by)
        if uploaded.status == ImportStatus.WRITING:
            write_file(actor=actor, content=content, order=order, digest=uploaded.digest, progress=progress)
            uploaded.finish()
            uploaded.written_at = timezone.now()
            return
        _show(uploaded, check_file(actor=actor, content=content, order=order, progress=progress))
    except ChangedSince as changed:
        _show(uploaded, changed.checked, str(changed.message))
    except Unreadable as unreadable:
        uploaded.refuse()
        uploaded.report = report_of_unreadable(str(unreadable.message))
    except DomainError as error:
        uploaded.refuse()
        uploaded.report = {
            **(uploaded.report or {"problems": [], "counts": {}}),
            "sentence": str(error.message),
        }


def _show(uploaded: AuditImport, checked: Checked, sentence: str = "") -> None:
    """Keep what the check found; `sentence` says why it was made again."""
    if checked.plan.problems:
        uploaded.refuse()
    else:
        uploaded.check_passed()
    uploaded.report = report_of(checked.spreadsheet, checked.rows, checked.plan) | {"again": sentence}
    uploaded.digest, uploaded.checked_at, uploaded.attempts = checked.digest, timezone.now(), 0


def _operator_of(user: User | None) -> Actor:
    """The person as who they are now: whoever has left the operator since, writes nothing."""
    membership = (
        Membership.objects.filter(user=user, organisation__kind=OrganisationKind.OPERATOR)
        .select_related("organisation")
        .first()
    )
    return actor_of(user, membership) if user is not None else Actor(kind=ActorKind.USER)


# --- Steps ----------------------------------------------------------------------------------------


def _require_importer(actor: Actor) -> None:
    require(
        policy.may_import_audits(actor),
        _("Only compliance staff and managers of the operator import audits."),
    )


def _lock(import_id: UUID) -> AuditImport:
    uploaded = AuditImport.objects.select_for_update().filter(pk=import_id).first()
    if uploaded is None:
        raise Conflict(_("This import is no longer there."))
    return uploaded


def _wake(import_id: UUID) -> None:
    transaction.on_commit(partial(send_task, TASK, str(import_id)), robust=True)


def _wrong_file(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {"file": [sentence]})


def _key(import_id: UUID) -> str:
    return f"audit-import-{import_id}"


def _tell_progress(import_id: UUID, done: int, of: int) -> None:
    """Beside the database, where a transaction would hide it until its end; without it the work goes on."""
    try:
        cache.set(_key(import_id), (done, of), timeout=3600)
    except RedisError:
        logger.warning("the progress of import %s could not be told", import_id)


def _forget_progress(import_id: UUID) -> None:
    try:
        cache.delete(_key(import_id))
    except RedisError:
        logger.warning("the progress of import %s could not be told", import_id)
