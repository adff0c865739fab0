"""Which versions of a plan to compare, and what is to be removed from them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DRAFT = "draft"


class CompareForm(forms.Form):
    """Which two of the versions that its reader may see; sent by GET."""

    hide_optional = True

    def __init__(self, choices: Sequence[tuple[str, str]], data: Any = None, initial: Any = None) -> None:
        newest_two = {"old": choices[min(1, len(choices) - 1)][0], "new": choices[0][0]}
        super().__init__(data, initial=initial or newest_two)
        self.labels = dict(choices)
        for name, label in (("old", _("Before")), ("new", _("After"))):
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=choices,
                error_messages={"invalid_choice": _("Choose one of the versions.")},
            )

    def label_of(self, key: str) -> str:
        return self.labels[key]


class RedactForm(forms.Form):
    """Which words are to go, from where, and why."""

    hide_optional = True
    words = forms.CharField(
        label=_("Exact words"),
        required=False,
        help_text=_(
            "A name, for example, as it stands in the text. Capitals make no difference. Enter each spelling on its own."
        ),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        help_text=_("It is kept on the record. Do not say the words again, and name nobody."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, places: Sequence[tuple[str, str]], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["where"] = forms.ChoiceField(
            label=_("Remove them from"), choices=places, widget=forms.RadioSelect
        )
        self.order_fields(["words", "where", "reason"])
