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
from actionplans.templatetags.evidence import files_about
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
            (cell.label, cell.direction, urlize(cell.text) if cell.is_link else linebreaksbr(cell.text))
            for cell in cells
        ),
    )


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


@register.simple_tag(takes_context=True)
def action_rows(context: Context, group: RenderedGroup) -> SafeString:
    """The table of actions but for its head; each with the files about it, where the page has `evidence`, and with
    what a party says that is to do it, where it has `owned_actions`."""
    evidence: Evidence | None = context.get("evidence")
    labels = [_("Action"), _("Who"), _("When"), _("State")]
    rows = ((_action_row(row, labels, evidence, owned_beside(context, row.id)),) for row in group.rows)
    return format_html_join("\n", "{}", rows)


@register.simple_tag(takes_context=True)
def owned_beside(context: Context, row_id: UUID, *, in_form: bool = False) -> SafeString:
    """Of the page's `owned_actions`; most actions are the site's, and only for others is a template used."""
    all_owned: Mapping[UUID, list[Owned]] = context.get("owned_actions") or {}
    owned = all_owned.get(row_id)
    if not owned:
        return SafeString()
    page: dict[Any, Any] = {**context.flatten(), "owned": owned, "in_form": in_form}
    return render_to_string("actionplans/duties/beside.html", page)


def _action_row(
    row: RenderedRow, labels: list[str], evidence: Evidence | None, said: SafeString
) -> SafeString:
    what, owner, state = (row.cells.get(name) for name in ("what", "owner", "state"))
    heading, files, anchor = SafeString(), SafeString(), SafeString()
    if what is not None:
        heading = format_html(
            '<p class="entry-heading" dir="{}">{}</p>', what.direction, linebreaksbr(what.text)
        )
    if evidence is not None:
        anchor = format_html(' id="action-{}"', row.id)
        files = files_about(evidence, Subject(SubjectKind.ACTION, row.id), what.text if what else "")
    cells = [
        heading + facts(row.details) + files + said,
        owner.text if owner else "",
        row.span,
        state.text if state else "",
    ]
    return format_html(
        '<tr role="row"{}>{}</tr>',
        anchor,
        format_html_join("", '<td role="cell" data-label="{}">{}</td>', zip(labels, cells, strict=True)),
    )


@register.inclusion_tag("actionplans/threads/open_at.html")
def open_comments_at(counts: Mapping[str, OpenAt], name: str) -> dict[str, Any]:
    """The comments that are open on a row, if any."""
    return {"name": name, "open": counts.get(name)}
