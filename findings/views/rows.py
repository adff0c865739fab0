"""The rows of a list of CARs, with what many of them have in common put into words once."""

import datetime
from collections.abc import Iterable
from functools import cache, partial
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from findings.ages import age_in_words
from findings.models import Finding, FindingStatus
from findings.views.lines import DAY
from stakeholders.models import Site

LONGEST_TITLE = 120
_ANY = UUID(int=0)
_COLUMNS = (
    "reference",
    "raw_code",
    "issue_title",
    "status",
    "raised_on",
    "last_update_on",
    "site__name",
    "site__country",
)


class Row(NamedTuple):
    """A CAR as a list tells of it; `place` is the supplier, where it is told, and the country of the site."""

    pk: UUID
    url: str
    reference: str
    to_select: str
    title: str
    site: str
    place: str
    status: str
    status_label: str
    raised_on: str
    age: str
    updated_on: str


def shown_in_rows(findings: QuerySet[Finding], *, with_supplier: bool) -> QuerySet[Finding]:
    """With what a row tells, and without the texts and ids of a CAR that it does not."""
    supplier = ["site__supplier__name"] if with_supplier else []
    related = "site__supplier" if with_supplier else "site"
    return findings.select_related(related).only(*_COLUMNS, *supplier)


def rows_of(findings: Iterable[Finding], *, on: datetime.date, with_supplier: bool) -> list[Row]:
    words = _Words(on)
    return [
        Row(
            pk=finding.pk,
            url=words.url.replace(str(_ANY), str(finding.pk)),
            reference=finding.reference,
            to_select=words.to_select % {"reference": finding.reference},
            title=f"{finding.raw_code} {_shortened(finding.issue_title)}",
            site=finding.site.name,
            place=_place(finding.site, with_supplier=with_supplier),
            status=finding.status,
            status_label=words.statuses[finding.status],
            raised_on=words.day(finding.raised_on),
            age=words.age(finding.raised_on),
            updated_on=words.day(finding.last_update_on) if finding.last_update_on else "",
        )
        for finding in findings
    ]


class _Words:
    """What the rows of one page have in common."""

    def __init__(self, on: datetime.date) -> None:
        self.url = reverse("finding", args=[_ANY])
        self.to_select = _("Select %(reference)s")
        self.statuses = {status.value: str(status.label) for status in FindingStatus}
        self.day = cache(partial(date_format, format=DAY))
        self.age = cache(partial(age_in_words, on=on))


def _place(site: Site, *, with_supplier: bool) -> str:
    return f"{site.supplier.name}, {site.country_name}" if with_supplier else site.country_name


def _shortened(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else Truncator(title).chars(LONGEST_TITLE)
