"""Checking a spreadsheet of audits, and writing all of it or nothing. It publishes nothing and sends no mail."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import Conflict
from findings import policy
from findings.importing.dates import DayOrder
from findings.importing.known import Known
from findings.importing.lines import Line, Problem, Reader
from findings.importing.planning import plan_import
from findings.importing.plans import ImportPlan
from findings.importing.reading import Spreadsheet, read_spreadsheet
from findings.services.known import load_companies, load_known, lock_known
from findings.services.writing import Writing
from stakeholders.policy import require

Progress = Callable[[int, int], None]  # how many of how many are done

# Any number that nothing else in the portal locks: one import is written at a time.
IMPORT_LOCK = 72_310_002
EVERY = 250  # rows between two calls of progress


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file holds and what importing it will do; `digest` stands for all of that."""

    spreadsheet: Spreadsheet
    rows: int
    plan: ImportPlan
    digest: str


class ChangedSince(Conflict):
    """What importing would do now is not what was shown; `checked` says what it is."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(
            _("Something has changed since the file was checked. Look at what importing will do now.")
        )
        self.checked = checked


def _no_progress(_done: int, _of: int) -> None:
    pass


def check_file(
    *, actor: Actor, content: bytes, order: DayOrder = DayOrder.UNKNOWN, progress: Progress = _no_progress
) -> Checked:
    """The dry run. Unreadable for a file that cannot be taken as a whole; else the plan has every problem."""
    _require_importer(actor)
    reading = _Reading(content, order, progress)
    return reading.check(load_known(reading.lines))


@transaction.atomic
def write_file(
    *,
    actor: Actor,
    content: bytes,
    digest: str,
    order: DayOrder = DayOrder.UNKNOWN,
    progress: Progress = _no_progress,
) -> Checked:
    """Do exactly what the check with this `digest` said, as a whole; ChangedSince where that is another by now."""
    _require_importer(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    reading = _Reading(content, order, lambda _done, _of: None)
    lock_known(reading.lines)
    checked = reading.check(load_known(reading.lines))
    if checked.plan.problems or checked.digest != digest:
        raise ChangedSince(checked)
    try:
        with transaction.atomic():
            Writing(checked.plan, actor, progress).write()
    except IntegrityError as error:
        raise Conflict(
            _(
                "Somebody has recorded something of the same references at the same moment. Import the file again."
            )
        ) from error
    return checked


def _require_importer(actor: Actor) -> None:
    require(
        policy.may_import_audits(actor),
        _("Only compliance staff and managers of the operator import audits."),
    )


class _Reading:
    """One file, read row by row."""

    def __init__(self, content: bytes, order: DayOrder, progress: Progress) -> None:
        self.spreadsheet = read_spreadsheet(content)
        self.read: list[Line | list[Problem]] = []
        reader = Reader(self.spreadsheet, order, timezone.localdate(), load_companies())
        numbers = reader.numbers
        for done, row in enumerate(numbers):
            if done % EVERY == 0:
                progress(done, len(numbers))
            line = reader.read(row)
            if line is not None:
                self.read.append(line)
        self.lines = [each for each in self.read if isinstance(each, Line)]

    def check(self, known: Known) -> Checked:
        plan = plan_import(self.read, self.spreadsheet.header, known)
        return Checked(self.spreadsheet, len(self.read), plan, plan.digest())
