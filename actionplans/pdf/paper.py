"""A rendered revision on paper: the template's table of two columns, on A4, over as many pages as it takes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actionplans.annex import RenderedAnnex
from carportal.core.printing import Printable
from findings.models import Finding

STYLE = "actionplans/pdf/annex.css"
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
HASH_LENGTH = 12  # of the digest, on every page


def annex_paper(*, finding: Finding, annex: RenderedAnnex) -> Printable:
    """The same for the same content; all of its text rides along, since copying is not right in every script."""
    with translation.override(annex.locale):
        title = f"{finding.reference} {annex.title}"
        day = _day(annex, finding)
        attached = _name(finding, "txt")
        on_each_page = [
            finding.reference,
            f"{annex.since_label} {day}" if day else "",
            annex.digest[:HASH_LENGTH],
        ]
        html = render_to_string(
            "actionplans/pdf/annex.html",
            {
                "annex": annex,
                "finding": finding,
                "title": title,
                "status": finding.get_status_display(),
                "day": day,
                "on_each_page": " · ".join(filter(None, on_each_page)),
                "attached": attached,
            },
        )
        text = _plain_text(annex, title)
    return Printable(
        html=html,
        style=render_to_string(STYLE),
        title=title,
        language=annex.locale,
        created=annex.since or UNDATED,
        attached={attached: text},
    )


def file_name(finding: Finding) -> str:
    """The same for every reader of any version: a number in it would tell of other readers."""
    return _name(finding, "pdf")


def _name(finding: Finding, suffix: str) -> str:
    return f"{finding.reference}-action-plan.{suffix}"


def _day(annex: RenderedAnnex, finding: Finding) -> str:
    """The date at the site on which this reader got the text."""
    if annex.since is None:
        return ""
    return date_format(annex.since.astimezone(ZoneInfo(finding.site.time_zone)), "j F Y")


def _plain_text(annex: RenderedAnnex, title: str) -> str:
    answers = {True: _("Yes"), False: _("No"), None: ""}
    lines = [
        "\n".join([row.label, row.text, *(line for group in row.groups for line in group.lines), ""])
        for row in annex.rows
    ]
    asks = [f"{ask.label} {answers[ask.answer]}".rstrip() for ask in annex.asks]
    return "\n".join([title, "", *lines, annex.asks_label, *asks]) + "\n"
