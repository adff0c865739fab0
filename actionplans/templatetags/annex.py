"""What stands many times on a page of a plan, put together without a template of its own: `{% load annex %}`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr, urlize
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from actionplans.annex.rendered_rows import RenderedCell
from actionplans.threads.reading import OpenAt

register = template.Library()


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


@register.inclusion_tag("actionplans/threads/open_at.html")
def open_comments_at(counts: Mapping[str, OpenAt], name: str) -> dict[str, Any]:
    """The comments that are open on a row, if any."""
    return {"name": name, "open": counts.get(name)}
