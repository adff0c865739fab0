"""A rendered revision as PDF: the template's table of two columns, on A4, over as many pages as it takes."""

import hashlib
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actionplans.annex import RenderedAnnex
from carportal.core.pdf import render_pdf
from findings.models import Finding

# Text in these scripts rides along as a file. Arabic, Devanagari to Sinhala, Myanmar and Khmer look right
# but come out wrong when they are copied; Chinese, Japanese and Korean depend on the machine's fonts.
_COPIED_WRONG = re.compile(
    r"[\u0600-\u06ff\u0750-\u077f\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af]"
)


def annex_pdf(*, finding: Finding, annex: RenderedAnnex) -> bytes:
    """The same bytes for the same content; Unavailable, with the reason, where PDFs cannot be made."""
    created = annex.since or datetime(1970, 1, 1, tzinfo=UTC)
    with translation.override(annex.locale):
        title = f"{finding.reference} {annex.title}"
        text = _plain_text(annex)
        html = render_to_string(
            "actionplans/pdf/annex.html",
            {
                "annex": annex,
                "finding": finding,
                "title": title,
                "status": finding.get_status_display(),
                "day": _day(annex, finding),
                "attached": _name(finding, "txt") if text else "",
            },
        )
    return render_pdf(
        html=html,
        title=title,
        identifier=hashlib.sha256(html.encode()).digest()[:16],
        created=created,
        attached={_name(finding, "txt"): text.encode()} if text else None,
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


def _plain_text(annex: RenderedAnnex) -> str:
    """The plan as text where its script needs that, else empty."""
    lines = [
        "\n".join([row.label, row.text, *(line for group in row.groups for line in group.lines), ""])
        for row in annex.rows
    ]
    if not any(_COPIED_WRONG.search(line) for line in lines):
        return ""
    answers = {True: _("Yes"), False: _("No"), None: ""}
    lines += [annex.asks_label, *(f"{ask.label} {answers[ask.answer]}" for ask in annex.asks)]
    return "\n".join(lines) + "\n"
