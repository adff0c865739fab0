"""Forms of parties that are typed in: by a supplier, and for the operator who finds out which each is."""

from django import forms
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import PARTY_KINDS, OrganisationKind
from stakeholders.forms import ReferenceField


class TypeInPartyForm(forms.Form):
    """A party that only the supplier knows until the operator has found out who it is."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=200,
        error_messages={"required": _("Enter the party’s name.")},
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            ("", _("Choose one")),
            *((kind.value, kind.label) for kind in OrganisationKind if kind in PARTY_KINDS),
        ],
        error_messages={"required": _("Choose what kind of organisation it is.")},
    )
    contact_name = forms.CharField(
        label=_("Contact person"),
        max_length=150,
        error_messages={"required": _("Enter the name of the person to write to.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact_email = forms.EmailField(
        label=_("E-mail address of that person"),
        help_text=_("The link to what you share goes there, and so does the code that opens it."),
        error_messages={
            "required": _("Enter the e-mail address of that person."),
            "invalid": _("Enter an e-mail address, such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class LinkPartyForm(forms.Form):
    reference = ReferenceField(
        label=_("Reference of the known organisation"),
        max_length=20,
        help_text=_("ZC and digits, such as ZC1000123."),
        error_messages={"required": _("Enter the organisation’s reference.")},
    )
