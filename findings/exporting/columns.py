"""The columns of an exported list; each room registers its own."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor
from findings.filters import Viewpoint
from findings.filters.definition import everybody, supplier_and_operator
from findings.models import Finding, FindingStatus
from findings.querysets import FindingQuerySet
from findings.requirements import AREA_TITLES
from stakeholders.countries import COUNTRIES
from stakeholders.models import Sector

Text = str | Promise
Value = str | int | datetime.date | None


def as_it_is(findings: FindingQuerySet, _view: Viewpoint) -> FindingQuerySet:
    return findings


@dataclass(frozen=True, slots=True)
class Column:
    """`value` reads a row that `prepare` may have annotated; no column costs a query for each row.

    `width` is in characters, where a file has widths. Columns stand in the order of their `rank`.
    """

    label: Text
    value: Callable[[Finding], Value]
    width: int = 16
    offered_to: Callable[[Actor], bool] = everybody
    prepare: Callable[[FindingQuerySet, Viewpoint], FindingQuerySet] = as_it_is
    rank: int = 50


_columns: list[Column] = []


def register_columns(*columns: Column) -> None:
    """Make columns known; called from an app's `AppConfig.ready()`, again changes nothing."""
    _columns.extend(column for column in columns if column not in _columns)


def columns_for(actor: Actor) -> list[Column]:
    """Those that tell only what the actor may see."""
    return sorted((column for column in _columns if column.offered_to(actor)), key=lambda column: column.rank)


def _is_not_supplier(actor: Actor) -> bool:
    return not actor.is_supplier


def _is_operator(actor: Actor) -> bool:
    return actor.is_operator


# Django's own way reads all choices anew for each row: with those of countries, nine tenths of the time of a file.
STATUSES: dict[str, Text] = dict(FindingStatus.choices)
COUNTRY_NAMES: dict[str, Text] = dict(COUNTRIES)
SECTORS: dict[str, Text] = dict(Sector.choices)


def _in_words(words: Mapping[str, Text], value: str) -> str:
    return str(words.get(value, value))


OWN = (
    Column(_("CAR"), lambda finding: finding.reference, rank=10),
    Column(_("Status"), lambda finding: _in_words(STATUSES, finding.status), width=13, rank=11),
    Column(_("Workplace Requirement (WR)"), lambda finding: finding.raw_code, width=13, rank=12),
    Column(_("Area"), lambda finding: _in_words(AREA_TITLES, finding.area), width=40, rank=13),
    Column(_("Issue title"), lambda finding: finding.issue_title, width=60, rank=14),
    Column(_("Details"), lambda finding: finding.details, width=60, rank=15),
    Column(_("Raised on"), lambda finding: finding.raised_on, width=12, rank=20),
    Column(_("Ended on"), lambda finding: finding.ended_on, width=12, rank=21),
    Column(
        _("Times raised"),
        lambda finding: finding.times_raised,
        width=13,
        offered_to=supplier_and_operator,
        rank=22,
    ),
    Column(_("Raised by audit"), lambda finding: finding.audit.reference, rank=23),
    Column(_("Site"), lambda finding: finding.site.name, width=30, rank=30),
    Column(_("Site reference"), lambda finding: finding.site.reference, rank=31),
    Column(
        _("Supplier"),
        lambda finding: finding.site.supplier.name,
        width=30,
        offered_to=_is_not_supplier,
        rank=32,
    ),
    Column(
        _("Supplier reference"),
        lambda finding: finding.site.supplier.reference,
        offered_to=_is_operator,
        rank=33,
    ),
    Column(_("Country"), lambda finding: _in_words(COUNTRY_NAMES, finding.country), width=20, rank=34),
    Column(_("Sector"), lambda finding: _in_words(SECTORS, finding.sector), width=28, rank=35),
)
