"""Sites with CARs that their reader may see, by name, each with how many and the list of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import ExtractYear

from carportal.web.overview import Bar
from findings.filters import Filters
from findings.filters.times import RAISED_IN_YEAR, years_of
from findings.tally.reading import listed
from stakeholders.models import Site


@dataclass(frozen=True, slots=True)
class SiteRow:
    """`years` are of the columns that the table has; `all` is of every year."""

    site: Site
    all: Bar
    years: list[tuple[int, Bar]]


def sites_with(filters: Filters) -> QuerySet[Site]:
    """The order of names says nothing of the sites; the numbers are worked out for the rows that are fetched."""
    here = listed(filters, F("site")).rows.filter(site=OuterRef("pk"))
    number = here.values("site").annotate(number=Count("*")).values("number")
    return (
        Site.objects.filter(Exists(here))
        .annotate(cars=Subquery(number, output_field=IntegerField()))
        .select_related("supplier")
        .order_by("name", "pk")
    )


def rows_by_site(filters: Filters, sites: Iterable[Any]) -> list[SiteRow]:
    """For sites that `sites_with` found."""
    return [SiteRow(site, _bar(filters, site, site.cars), []) for site in sites]


def rows_by_site_and_year(filters: Filters, sites: list[Any]) -> list[SiteRow]:
    """With a number for each of the years that can be chosen; one query more."""
    years = years_of(filters.view.today)
    findings = filters.findings.order_by().filter(site__in=[site.pk for site in sites])
    counted = findings.annotate(year=ExtractYear("raised_on")).values_list("site", "year")
    counts = Counter({(site, year): number for site, year, number in counted.annotate(number=Count("*"))})
    return [
        SiteRow(
            site,
            _bar(filters, site, site.cars),
            [
                (year, _bar(filters, site, counts[site.pk, year], **{RAISED_IN_YEAR.name: str(year)}))
                for year in years
            ],
        )
        for site in sites
    ]


def _bar(filters: Filters, site: Site, number: int, **more: str) -> Bar:
    return Bar(site.name, number, filters.url(site=str(site.pk), **more))
