"""Facts of audits and CARs, each on one line of a summary."""

import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from findings.ages import age_in_words
from findings.models import Audit, Finding

DAY = "j F Y"


def audit_line(audit: Audit) -> str:
    return _("%(audit)s, %(type)s, %(date)s") % {
        "audit": audit.reference,
        "type": audit.type_label.lower(),
        "date": date_format(audit.date, DAY),
    }


def site_line(finding: Finding) -> str:
    return f"{finding.site.name} ({finding.site.reference}), {finding.site.country_name}"


def requirement_line(finding: Finding, title: str) -> str:
    """The requirement by code, title and area; as the audit printed it, too, where that is spelt otherwise.

    `title` is empty where the operator has entered none.
    """
    named = f"{finding.requirement} {title}".strip()
    line = _("%(wr)s, in area %(area)s") % {"wr": named, "area": finding.area_label}
    if finding.raw_code == str(finding.requirement):
        return line
    return _("%(line)s (printed as %(code)s)") % {"line": line, "code": finding.raw_code}


def raised_line(finding: Finding, *, on: datetime.date) -> str:
    return _("%(date)s, %(age)s") % {
        "date": date_format(finding.raised_on, DAY),
        "age": age_in_words(finding.raised_on, on=on),
    }


class Fact(NamedTuple):
    """A row of a summary list."""

    key: str
    value: str
    url: str = ""
    action: str = ""


class Pages(NamedTuple):
    """Which of the pages about its site and its audit the reader of a CAR may open."""

    site: bool
    audit: bool


def facts_of(
    finding: Finding, title: str, *, on: datetime.date, may_open: Pages, with_supplier: bool
) -> list[Fact]:
    """`title` is that of its requirement."""
    site_url = reverse("site", args=[finding.site_id]) if may_open.site else ""
    audit_url = reverse("audit", args=[finding.audit_id]) if may_open.audit else ""
    supplier = [Fact(_("Supplier"), finding.site.supplier.name)] if with_supplier else []
    return [
        Fact(_("Site"), site_line(finding), site_url, _("Open")),
        *supplier,
        Fact(_("Workplace Requirement (WR)"), requirement_line(finding, title)),
        Fact(_("Raised by audit"), audit_line(finding.audit), audit_url, _("Open")),
        Fact(_("Raised on"), raised_line(finding, on=on)),
    ]
