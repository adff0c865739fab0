"""What is in a file, before it is one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language

from findings.exporting.columns import Column, Value, columns_for
from findings.filters import Filters
from findings.querysets import FindingQuerySet

# Rows that are fetched at a time; the database keeps the others until they are wanted.
CHUNK = 500


def unwatched(_done: int) -> None:
    """Who made the file waits for it anyway."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows are read when the file is sent, so the reader's language is kept for them.

    `watched` is told with each row how many are done.
    """

    columns: list[Column]
    findings: FindingQuerySet
    language: str
    watched: Callable[[int], None] = unwatched

    @property
    def header(self) -> list[str]:
        with translation.override(self.language):
            return [str(column.label) for column in self.columns]

    def rows(self) -> Iterator[list[Value]]:
        for done, finding in enumerate(self.findings.iterator(chunk_size=CHUNK), start=1):
            with translation.override(self.language):
                row = [column.value(finding) for column in self.columns]
            self.watched(done)
            yield row


def is_long(findings: FindingQuerySet) -> bool:
    """Whether a worker is to write it, since it takes longer than one waits for a page."""
    most = settings.EXPORT_MAX_ROWS
    return findings.counted(most) > most


def listing_of(
    filters: Filters,
    findings: FindingQuerySet | None = None,
    watched: Callable[[int], None] = unwatched,
) -> Listing:
    """The list under these filters, in the order of its page; or of it `findings` alone."""
    rows = filters.findings if findings is None else findings
    rows = rows.select_related("site__supplier", "audit").order_by(*filters.sort.order.expressions)
    columns = columns_for(filters.view.actor)
    for column in columns:
        rows = column.prepare(rows, filters.view)
    return Listing(columns, rows, get_language() or settings.LANGUAGE_CODE, watched)
