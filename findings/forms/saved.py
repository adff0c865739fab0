"""What a saved view is called, and who sees it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from findings.models.saved import NAME_LENGTH
from findings.saved.services import Naming


class ViewForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the view"),
        max_length=NAME_LENGTH,
        help_text=_("As it stands beside the filters, for example “Wages in Spain”."),
        error_messages={"required": _("Give the view a name.")},
    )
    is_shared = forms.BooleanField(
        label=_("Share it with everybody in your organisation"),
        required=False,
        help_text=_("Each of them sees under it only what they may see themselves."),
    )

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_shared"]

    @property
    def naming(self) -> Naming:
        """Of a valid form."""
        return Naming(self.cleaned_data["name"], self.cleaned_data.get("is_shared", False))
