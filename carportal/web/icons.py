"""The few icons of the interface, drawn in the colour of the text that they stand beside."""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# Paths on a grid of 16 × 16, stroked with the text's colour; `fill` marks what is filled instead.
_RING = '<circle cx="8" cy="8" r="6"/>'
SHAPES = {
    "alert": '<path d="M8 2 1.5 13.5h13z"/><path d="M8 6.5v3.2"/><path d="M8 11.6v.1"/>',
    "arrow": '<path d="M3 8h9.5M8.5 4l4 4-4 4"/>',
    "back": '<path d="M13 8H3.5M7.5 4l-4 4 4 4"/>',
    "chevron": '<path d="m4 6 4 4 4-4"/>',
    "check": f'{_RING}<path d="m5.2 8.2 2 2 3.6-4"/>',
    "clock": f'{_RING}<path d="M8 4.8V8l2.2 1.6"/>',
    "cross": f'{_RING}<path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/>',
    "document": '<path d="M4 1.8h5l3 3v9.4H4z"/><path d="M6.3 7.5h3.4M6.3 10.2h3.4"/>',
    "half": f'{_RING}<path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"/>',
    "inbox": '<path d="M2 3.5h12v9H2z"/><path d="m2.4 4 5.6 4.6L13.6 4"/>',
    "info": f'{_RING}<path d="M8 7.4v3.4"/><path d="M8 5v.1"/>',
    "menu": '<path d="M2 4h12M2 8h12M2 12h12"/>',
    "pencil": '<path d="m3 13 .6-2.8 7-7 2.2 2.2-7 7z"/>',
    "person": '<circle cx="8" cy="5.2" r="3"/><path d="M2.2 14c.5-3 2.8-4.6 5.8-4.6s5.3 1.6 5.8 4.6"/>',
    "reply": '<path d="M2 3h12v8.2H7.5L4.5 14v-2.8H2z"/>',
    "replaced": f'{_RING}<path d="M5 8h5.5M8.4 5.8 10.6 8l-2.2 2.2"/>',
    "ring": _RING,
    "search": '<circle cx="6.8" cy="6.8" r="4.6"/><path d="m10.2 10.2 4 4"/>',
    "seen": '<path d="M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="1.8"/>',
    "tick": '<path d="m3 8.5 3.2 3.2L13 4.8"/>',
}


@cache
def icon(name: str) -> SafeString:
    """The drawing called `name`, hidden from screen readers: the text beside it says the same."""
    return format_html(
        '<svg class="icon icon-{}" viewBox="0 0 16 16" width="16" height="16" fill="none"'
        ' stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"'
        ' aria-hidden="true" focusable="false">{}</svg>',
        name,
        mark_safe(SHAPES[name]),  # noqa: S308  (a constant of this module)
    )
