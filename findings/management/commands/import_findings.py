"""Audits and their findings out of a spreadsheet, as the page that imports them does it."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from carportal.core.actor import Actor, ActorKind, OrganisationKind, Role
from carportal.core.errors import DomainError
from findings.importing.dates import DayOrder
from findings.importing.lines import Problem
from findings.importing.reports import report_of
from findings.importing.telling import notes_of, parts_of, sentence_of
from findings.services import Checked, check_file, write_file
from findings.services.importing import Progress
from findings.services.imports import too_big
from stakeholders.models import Organisation

EVERY = 1.0  # seconds between two lines of progress
SHOWN = 50  # problems


class Command(BaseCommand):
    help = "Import audits and findings from a spreadsheet (.xlsx or .csv): all of it, or nothing. Publishes none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the spreadsheet")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        order = parser.add_mutually_exclusive_group()
        for name, words in ((DayOrder.DAY_FIRST, "the day"), (DayOrder.MONTH_FIRST, "the month")):
            order.add_argument(
                f"--{name.replace('_', '-')}",
                action="store_const",
                const=name,
                dest="order",
                help=f"in dates such as 03/04/2025, {words} comes first",
            )

    def handle(self, *, file: Path, dry_run: bool, order: DayOrder | None, **options: Any) -> None:  # noqa: ARG002
        content, actor = _read(file), _actor()
        order = order or DayOrder.UNKNOWN
        try:
            checked = check_file(
                actor=actor, content=content, order=order, progress=self._progress("rows checked")
            )
            self._tell(checked)
            if dry_run:
                self.stdout.write("Nothing was written.")
                return
            if checked.plan.writes_something:
                write_file(
                    actor=actor,
                    content=content,
                    order=order,
                    digest=checked.digest,
                    progress=self._progress("written"),
                )
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(
            "Imported. No audit is published yet." if checked.plan.writes_something else "Nothing to change."
        )

    def _progress(self, what: str) -> Progress:
        said = time.monotonic()

        def tell(done: int, of: int) -> None:
            nonlocal said
            if time.monotonic() - said >= EVERY:
                said = time.monotonic()
                self.stderr.write(f"{done:,} of {of:,} {what} …", self.style.NOTICE)

        return tell

    def _tell(self, checked: Checked) -> None:
        problems = checked.plan.problems
        for problem in problems[:SHOWN]:
            self.stderr.write(_sentence(problem))
        if problems:
            more = f" The first {SHOWN} are shown." if len(problems) > SHOWN else ""
            raise CommandError(
                f"{len(problems):,} cells or rows cannot be taken, so nothing was written.{more}"
                if len(problems) > 1
                else "One cell or row cannot be taken, so nothing was written."
            )
        report = report_of(checked.spreadsheet, checked.rows, checked.plan)
        for part in parts_of(report):
            self.stdout.write(f"{part.title}: {part.count:,}")
            for item in part.items:
                self.stdout.write(f"  row {item.row}: {item.name}, {item.text}")
        for note in notes_of(report):
            self.stdout.write(note)
        self.stdout.write(sentence_of(report))


def _sentence(problem: Problem) -> str:
    value = f" “{problem.value}”" if problem.value else ""
    return f"Row {problem.row}, column {problem.column}:{value} {problem.reason}"


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > settings.IMPORT_MAX_MEGABYTES * 1024 * 1024:
            raise CommandError(too_big())
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} could not be read: {error.strerror}.") from error


def _actor() -> Actor:
    """The portal itself, on behalf of its operator."""
    operator = Organisation.objects.filter(kind=OrganisationKind.OPERATOR).first()
    if operator is None:
        raise CommandError("There is no operator yet, on whose behalf audits are imported.")
    return Actor(
        kind=ActorKind.SYSTEM,
        organisation_id=operator.pk,
        organisation_kind=OrganisationKind.OPERATOR,
        role=Role.COMPLIANCE,
    )
