"""Facts of audits and CARs, each on one line of a summary."""

import datetime

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
