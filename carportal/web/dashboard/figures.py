"""What a dashboard tells under its filters, for the page and for files alike."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carportal.web.overview import (
    BREAKDOWNS,
    Bar,
    Breakdown,
    breakdown_of,
    count_by,
    figures_of,
    statuses_of,
)
from carportal.web.quarterly import Row, rows_of
from findings.filters import Filters
from findings.filters.own import ENDED, EVERY_STATUS
from findings.models import FindingStatus

UNDER_WAY = _("CARs under way")
HEADINGS: dict[str, str | Promise] = {
    FindingStatus.OPEN.value: _("Open CARs"),
    FindingStatus.IN_PROGRESS.value: _("CARs in progress"),
    FindingStatus.SUPERSEDED.value: _("Superseded CARs"),
    FindingStatus.CLOSED.value: _("Closed CARs"),
    ENDED: _("CARs that have ended"),
    EVERY_STATUS: _("All CARs"),
}


@dataclass(frozen=True, slots=True)
class Dashboard:
    filters: Filters
    total: int
    figures: list[Bar]
    breakdowns: list[Breakdown]
    quarters: list[Row]

    @property
    def heading(self) -> str | Promise:
        return HEADINGS.get(self.filters.chosen.get("status", ""), UNDER_WAY)


def dashboard_of(filters: Filters) -> Dashboard:
    counts = count_by(filters, ("status", "area", "age", "times"), ("country", "sector"))
    return Dashboard(
        filters=filters,
        total=counts["status"].total(),
        figures=[*statuses_of(filters, counts), *figures_of(filters)],
        breakdowns=[each for name in BREAKDOWNS if (each := breakdown_of(filters, counts, name)).bars],
        quarters=rows_of(filters),
    )
