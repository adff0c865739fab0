"""What a site would like help with."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SupportForm(forms.Form):
    hide_optional = True
    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)
    purpose = forms.CharField(
        label=_("What would you like help with?"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("The compliance staff read it. Do not name workers or children."),
        error_messages={"required": _("Say what you would like help with.")},
    )
