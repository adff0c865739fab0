"""What stands many times on a page of a plan, put together without a template of its own: `{% load annex %}`."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import template
from django.template.context import Context
from django.template.defaultfilters import linebreaksbr, urlize
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from actionplans.annex.rendered_rows import RenderedCell, RenderedGroup, RenderedRow
from actionplans.annex.timeline import Bar
from actionplans.evidence.models import Subject, SubjectKind
from actionplans.filing import Evidence
from actionplans.owning import Owned
from actionplans.templatetags.evidence import FilesAbout
from actionplans.threads.reading import OpenAt

register = template.Library()

_DASHED = mark_safe(' stroke-dasharray="4 3"')


@register.filter
def facts(cells: Iterable[RenderedCell]) -> SafeString:
    """Cells of a row, each on a line of its own under its label."""
    return format_html_join(
        "\n",
        '<p class="fact"><span class="fact-label">{}:</span> <span dir="{}">{}</span></p>',
        (
            (cell.label, cell.direction, urlize(cell.text) if cell.is_link else _lines(cell.text))
            for cell in cells
        ),
    )


@register.simple_tag
def chains(group: RenderedGroup) -> SafeString:
    """Of each cause its chain of whys."""
    ask_why, unwritten = _("Why?"), format_html('<span class="quiet">{}</span>', _("Not written yet"))
    return format_html_join("\n", "<li>{}</li>", ((_chain(row, ask_why, unwritten),) for row in group.rows))


def _chain(row: RenderedRow, ask_why: str, unwritten: SafeString) -> SafeString:
    start = format_html('<p class="chain-start">{}</p>', unwritten)
    if row.heading is not None:
        start = format_html('<p class="chain-start" dir="{}">{}</p>', row.heading.direction, row.heading.text)
    whys = format_html_join(
        "\n",
        '<li><span class="chain-why">{}</span> <span dir="{}">{}</span></li>',
        ((ask_why, why.heading.direction, why.heading.text) for why in row.below if why.heading is not None),
    )
    return start + format_html('<ol class="chain">{}</ol>', whys) if whys else start


@register.filter
def bars(drawn: Iterable[Bar]) -> SafeString:
    """Each with its caption over it; colours as attributes, since the PDF knows no other."""
    return format_html_join(
        "\n",
        '<text x="2" y="{}">{}</text>'
        '<rect class="year-bar bar-{}" x="{}%" y="{}" width="{}%" height="12" rx="3" fill="{}" stroke="#0b5558"'
        ' stroke-width="1.5"{}/>',
        (
            (
                *(bar.label_y, bar.caption, bar.state, bar.left, bar.bar_y, bar.width, bar.fill),
                _DASHED if bar.is_dashed else "",
            )
            for bar in drawn
        ),
    )


_ACTION = (
    '<tr role="row"{}><td role="cell" data-label="{}">{}{}{}{}</td><td role="cell" data-label="{}">{}</td>'
    '<td role="cell" data-label="{}">{}</td><td role="cell" data-label="{}">{}</td></tr>'
)


@register.simple_tag(takes_context=True)
def action_rows(context: Context, group: RenderedGroup) -> SafeString:
    """The table of actions but for its head; each with the files about it, where the page has `evidence`, and with
    what a party says that is to do it, where it has `owned_actions`."""
    evidence: Evidence | None = context.get("evidence")
    files = FilesAbout(evidence) if evidence is not None else None
    labels = [_("Action"), _("Who"), _("When"), _("State")]
    rows = (_action(row, labels, files, owned_beside(context, row.id)) for row in group.rows)
    return format_html_join("\n", _ACTION, rows)


@register.simple_tag(takes_context=True)
def owned_beside(context: Context, row_id: UUID, *, in_form: bool = False) -> SafeString:
    """Of the page's `owned_actions`; most actions are the site's, and only for others is a template used."""
    all_owned: Mapping[UUID, list[Owned]] = context.get("owned_actions") or {}
    owned = all_owned.get(row_id)
    if not owned:
        return SafeString()
    page: dict[Any, Any] = {**context.flatten(), "owned": owned, "in_form": in_form}
    return render_to_string("actionplans/duties/beside.html", page)


def _action(
    row: RenderedRow, labels: list[str], files: FilesAbout | None, said: SafeString
) -> tuple[str, ...]:
    """What stands in the blanks of `_ACTION`."""
    what, owner, state = (row.cells.get(name) for name in ("what", "owner", "state"))
    heading, anchor, about = "", "", ""
    if what is not None:
        heading = format_html('<p class="entry-heading" dir="{}">{}</p>', what.direction, _lines(what.text))
    if files is not None:
        anchor = format_html(' id="action-{}"', row.id)
        about = files.of(Subject(SubjectKind.ACTION, row.id), what.text if what else "")
    action, who, when, stands = labels
    return (
        *(anchor, action, heading, facts(row.details), about, said),
        *(who, owner.text if owner else "", when, row.span, stands, state.text if state else ""),
    )


def _lines(text: str) -> str:
    """What is on one line is escaped where it is put in, in a tenth of the time."""
    return linebreaksbr(text) if "\n" in text else text


@register.inclusion_tag("actionplans/threads/open_at.html")
def open_comments_at(counts: Mapping[str, OpenAt], name: str) -> dict[str, Any]:
    """The comments that are open on a row, if any."""
    return {"name": name, "open": counts.get(name)}
