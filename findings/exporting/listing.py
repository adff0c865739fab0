"""What is in a file, before it is one."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from carportal.core.errors import InvalidInput
from findings.exporting.columns import Column, Value, columns_for
from findings.filters import Filters
from findings.querysets import FindingQuerySet

# Rows that are fetched at a time; the database keeps the others until they are wanted.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows are read when the file is sent, so the reader's language is kept for them."""

    columns: list[Column]
    findings: FindingQuerySet
    language: str

    @property
    def header(self) -> list[str]:
        with translation.override(self.language):
            return [str(column.label) for column in self.columns]

    def rows(self) -> Iterator[list[Value]]:
        for finding in self.findings.iterator(chunk_size=CHUNK):
            with translation.override(self.language):
                row = [column.value(finding) for column in self.columns]
            yield row


def listing_of(filters: Filters) -> Listing:
    """The list under these filters, in the order of its page; InvalidInput where it is too long."""
    most = settings.EXPORT_MAX_ROWS
    findings = filters.findings.select_related("site__supplier", "audit")
    findings = findings.order_by(*filters.sort.order.expressions)
    if filters.findings.counted(most) > most:
        raise InvalidInput(
            _(
                "This list has more than %(most)s CARs, which is more than one file takes. Go back, narrow it with the filters, for example by area or by the quarter in which they were raised, and save each part."
            )
            % {"most": most}
        )
    columns = columns_for(filters.view.actor)
    for column in columns:
        findings = column.prepare(findings, filters.view)
    return Listing(columns, findings[:most], get_language() or settings.LANGUAGE_CODE)
