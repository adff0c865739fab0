"""What a guest enters, and whom the site sends a link."""

from django import forms
from django.utils.translation import gettext_lazy as _

NAME_MOST = 150


class SendLinkForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the person"),
        max_length=NAME_MOST,
        error_messages={"required": _("Enter the name of the person to write to.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The link and every code go to this address alone."),
        error_messages={
            "required": _("Enter the e-mail address of the person."),
            "invalid": _("Enter an e-mail address, such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class CodeForm(forms.Form):
    digits = forms.CharField(
        label=_("The code from the e-mail"),
        max_length=40,
        help_text=_("Eight digits; blanks do not matter."),
        error_messages={"required": _("Enter the code.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_MOST,
        help_text=_(
            "The site sees it beside what you reply. If you have an account here, your name there is used."
        ),
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
