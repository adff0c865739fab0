"""Choices that depend on the reader, and that say on a second line what each of them means."""

from collections.abc import Iterable, Sequence

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html

Text = str | Promise


def explained(choices: Iterable[tuple[str, Text, Text]]) -> list[tuple[str, str]]:
    """(value, label, explanation) as a choice; to be called per form, so that it is in its reader's language."""
    return [
        (value, format_html('{} <span class="cell-hint">{}</span>', label, explanation))
        for value, label, explanation in choices
    ]


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, Text]]) -> None:
    """Let one field of this form choose between these."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is no choice")
    field.choices = choices
