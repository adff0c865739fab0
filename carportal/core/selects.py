"""A select whose options cost next to nothing to write."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class PlainSelect(forms.Select):
    """One choice of many, none of them in a group, written without a template for each.

    By Django's templates the two hundred countries of a filter took longer than all else on its page.
    """

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        *_renderer: Any,
        **_named: Any,
    ) -> SafeString:
        written = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        written_options = options(self.choices, *self.format_value(value))
        return format_html("<select{}>{}</select>", flatatt(written), written_options)


def options(choices: Iterable[tuple[Any, Any]], *chosen: str) -> SafeString:
    """What a select has within it: of each choice its value and its label, in the language in use."""
    return _options(tuple((str(value), str(label)) for value, label in choices), *chosen)


@lru_cache(maxsize=200)
def _options(choices: tuple[tuple[str, str], ...], *chosen: str) -> SafeString:
    """Most selects have the same choices on every page, and none that was chosen."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((each, " selected" if each in chosen else "", label) for each, label in choices),
    )
