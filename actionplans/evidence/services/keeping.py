"""Files on their way into a plan: looked into, then written to the store, and only then, under its lock, their rows."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from actionplans.evidence import events
from actionplans.evidence.checking import Checked, checked
from actionplans.evidence.checking.refusing import refused
from actionplans.evidence.models import EvidenceFile, Scan, ShownTo, Subject, SubjectKind
from actionplans.evidence.naming import told_name
from actionplans.evidence.querysets import EvidenceQuerySet
from actionplans.evidence.services.rows import readers_of, record_named
from actionplans.evidence.storing import NoRoom, discard, keep
from actionplans.plans.models import ActionPlan
from carportal.core.actor import Actor
from carportal.core.errors import InvalidInput
from carportal.core.wake import send_task
from stakeholders.models import Organisation

SCAN = "actionplans.tasks.scan_evidence"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as somebody sent it."""

    content: BinaryIO
    name: str


@dataclass(slots=True)
class StoredFile:
    """Bytes in the store that may yet get their row."""

    file: Checked
    key: str
    has_row: bool = False


@contextmanager
def looked_into(files: Iterable[NewFile]) -> Iterator[list[Checked]]:
    """Each as it may be kept, for as long as the block lasts.

    InvalidInput for the field `file` with a sentence for each that is not taken, by its name.
    """
    with ExitStack() as opened:
        found, problems = list[Checked](), list[str]()
        for file in files:
            try:
                found.append(opened.enter_context(checked(file.content, file.name)))
            except InvalidInput as error:
                name = told_name(file.name)
                problems.append(_("“%(name)s”: %(problem)s") % {"name": name, "problem": error.message})
            except OSError as error:  # while an image was cleaned
                raise no_room() from error
        if problems:
            raise InvalidInput(problems[0], fields={"file": problems})
        yield found


@contextmanager
def stored(files: Iterable[Checked]) -> Iterator[list[StoredFile]]:
    """Each in the store, for the block to give them their rows; what has none by its end is deleted again."""
    there: list[StoredFile] = []
    try:
        for file in files:
            there.append(StoredFile(file, keep(file.content)))  # noqa: PERF401 - one that fails leaves those before it
        yield there
    except DatabaseError:
        raise  # perhaps it was committed: the sweep finds a row, or none
    except BaseException:
        _discard(there)
        raise
    _discard([each for each in there if not each.has_row])


def _discard(files: Iterable[StoredFile]) -> None:
    for each in files:
        discard(each.key)


def write_row(
    plan: ActionPlan,
    actor: Actor,
    stored_file: StoredFile,
    *,
    subject: Subject,
    shown_to: ShownTo,
    party: Organisation | None = None,
    description: str = "",
) -> EvidenceFile:
    """The file's row and its event; the plan's lock is the caller's, and so is what it checked under it."""
    file = stored_file.file
    row = EvidenceFile.objects.create(
        plan=plan,
        subject_kind=subject.kind,
        subject_id=subject.id,
        kind=file.kind.name,
        name=file.name,
        description=description,
        size=file.size,
        sha256=file.sha256,
        storage_key=stored_file.key,
        shown_to=shown_to,
        party=party,
        scan=Scan.PENDING if settings.CLAMD_URL else Scan.UNSCANNED,
        uploaded_by_id=actor.user_id,
    )
    stored_file.has_row = True
    record_named(row, events.EVIDENCE_ADDED, actor, readers=readers_of(row))
    if row.scan == Scan.PENDING:
        transaction.on_commit(partial(send_task, SCAN), robust=True)
    return row


def check_room(plan: ActionPlan, files: Sequence[Checked]) -> None:
    """Within the plan's lock: two files at once must not take the same room."""
    own = EvidenceFile.objects.filter(plan=plan).exclude(subject_kind=SubjectKind.REPORT)
    if not _is_room(own, files):
        raise refused(
            _(
                "The files of this plan would be more than %(megabytes)s MB. Take out what is not needed any more, or choose a smaller file."
            )
            % {"megabytes": settings.EVIDENCE_PLAN_MB}
        )


def check_partys_room(plan: ActionPlan, party: Organisation, files: Sequence[Checked]) -> None:
    """The same for what a party sends in: it has room of its own, or it would learn how much others have there."""
    if not _is_room(EvidenceFile.objects.filter(plan=plan, party=party).sent_in(), files):
        raise refused(
            _(
                "The files of your reports on this plan would be more than %(megabytes)s MB. Choose a smaller file, or ask the site to take out what is not needed any more."
            )
            % {"megabytes": settings.EVIDENCE_PLAN_MB}
        )


def _is_room(there: EvidenceQuerySet, files: Sequence[Checked]) -> bool:
    taken = there.counted().aggregate(sum=Sum("size"))["sum"] or 0
    return bool(taken + sum(file.size for file in files) <= settings.EVIDENCE_PLAN_MB * 1024**2)


def no_room() -> NoRoom:
    return NoRoom(_("There is no room for the file at the moment. Nothing was saved. Try again later."))
