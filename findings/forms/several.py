"""Choosing the audits to publish together, and saying that what it does is wanted."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from findings.forms.choices import offer


class ChooseAuditsForm(forms.Form):
    """`choices` are (id, label) of what can be published."""

    audits = forms.MultipleChoiceField(
        label=_("Audits to publish"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one audit."),
            "invalid_choice": _(
                "One of these audits has been published or discarded meanwhile. Choose again."
            ),
        },
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "audits", choices)

    def chosen(self) -> list[UUID]:
        return [UUID(pk) for pk in self.cleaned_data["audits"]]


class PublishAuditsForm(forms.Form):
    """What the page showed: exactly those audits, with what publishing them does."""

    audits = forms.TypedMultipleChoiceField(widget=forms.MultipleHiddenInput, coerce=UUID)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, audits: Sequence[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "audits", [(str(pk), str(pk)) for pk in audits])
