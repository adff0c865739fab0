"""Forms of this room; what they ask is checked again by the services, which have the rules."""

import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import OrganisationKind, Role
from carportal.core.errors import InvalidInput
from carportal.core.selects import PlainSelect
from stakeholders import visibility
from stakeholders.countries import COUNTRIES
from stakeholders.models import Sector, Visibility
from stakeholders.roles import EXPLANATIONS, RoleName, roles_of
from stakeholders.services.organisations import clean_reference
from stakeholders.services.sites import SiteDetails


@contextmanager
def errors_in(form: forms.BaseForm) -> Iterator[None]:
    """Show what a service could not take beside the fields that it concerns, then go on after the block."""
    try:
        yield
    except InvalidInput as error:
        for name, sentences in error.fields.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, str(sentence))
        if not error.fields:
            form.add_error(None, str(error.message))


@cache
def time_zones() -> list[tuple[str, str]]:
    """Those named after places, and UTC."""
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and name[:4] != "Etc/")
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class ReferenceField(forms.CharField):
    """A reference as people type or paste it, spaces and small letters included."""

    def to_python(self, value: object) -> str:
        return clean_reference(super().to_python(value) or "")


def _explained(choices: Iterable[tuple[str, object, str | Promise]]) -> list[tuple[str, str]]:
    """Choices whose labels carry what each means on a second line."""
    return [
        (value, format_html('{} <span class="cell-hint">{}</span>', label, explanation))
        for value, label, explanation in choices
    ]


class ConfirmForm(forms.Form):
    """Nothing is asked; it carries the errors of what was to be confirmed."""


class OrganisationForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Enter the organisation’s name.")}
    )
    reference = ReferenceField(
        label=_("Reference"),
        max_length=20,
        help_text=_("ZC and digits, such as ZC1000123. Suppliers name their customers by it."),
        error_messages={"required": _("Enter the organisation’s reference.")},
    )
    is_uk_retailer = forms.BooleanField(
        label=_("This customer is a UK retailer"),
        required=False,
        help_text=_("It follows the Serious Incident Escalation Protocol."),
    )

    def __init__(self, *args: Any, kind: OrganisationKind | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind not in {None, OrganisationKind.CUSTOMER}:
            del self.fields["is_uk_retailer"]


class NewOrganisationForm(OrganisationForm):
    kind = forms.ChoiceField(
        label=_("Kind of organisation"),
        choices=[
            ("", _("Choose one")),
            *(each for each in OrganisationKind.choices if each[0] != OrganisationKind.OPERATOR),
        ],
        error_messages={"required": _("Choose what kind of organisation it is.")},
    )
    field_order = ["kind", "name", "reference", "is_uk_retailer"]


class FindOrganisationForm(forms.Form):
    q = forms.CharField(label=_("Name or reference"), required=False, max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *OrganisationKind.choices]
    )
    hide_optional = True


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Role"), widget=forms.RadioSelect, error_messages={"required": _("Choose a role.")}
    )

    def __init__(self, *args: Any, kind: OrganisationKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [
            (role.value, str(RoleName(role.value).label).capitalize(), EXPLANATIONS[role])
            for role in roles_of(kind)
        ]
        self.fields["role"].choices = _explained(roles)  # type: ignore[attr-defined]

    def role_chosen(self) -> Role:
        return Role(self.cleaned_data["role"])


class InviteForm(RoleForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The invitation goes there, and only that address can accept it."),
        error_messages={"required": _("Enter the person’s e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["email", "role"]


class PreparedInvitationsForm(forms.Form):
    """`choices` are (id, label) of those that wait; all are ticked."""

    invitations = forms.MultipleChoiceField(
        label=_("Invitations to send"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one invitation."),
            "invalid_choice": _("One of these has been sent or withdrawn meanwhile. Choose again."),
        },
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["invitations"].choices = choices  # type: ignore[attr-defined]
        self.initial["invitations"] = [pk for pk, _label in choices]

    def chosen(self) -> list[UUID]:
        return [UUID(pk) for pk in self.cleaned_data["invitations"]]


class NewAccountForm(forms.Form):
    """Asked of somebody who accepts an invitation and has no account yet."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        help_text=_("The people you work with here see it beside what you write and do."),
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        max_length=1000,
        help_text=_(
            "At least 10 characters. Several words that do not belong together are easy to remember."
        ),
        error_messages={"required": _("Choose a password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        widget=PlainSelect,
        help_text=_("Times on pages are shown in it."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class SiteForm(forms.Form):
    name = forms.CharField(
        label=_("Site name"), max_length=200, error_messages={"required": _("Enter the site’s name.")}
    )
    address = forms.CharField(
        label=_("Address"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=[("", _("Choose one")), *COUNTRIES],
        widget=PlainSelect,
        error_messages={"required": _("Choose the country that the site is in.")},
    )
    sector = forms.ChoiceField(label=_("Sector"), choices=Sector.choices, initial=Sector.OTHER)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        widget=PlainSelect,
        help_text=_("The one at the site, such as Asia/Dhaka."),
    )

    def details(self) -> SiteDetails:
        given = self.cleaned_data
        return SiteDetails(
            name=given["name"],
            address=given["address"],
            country=given["country"],
            sector=Sector(given["sector"]),
            time_zone=given["time_zone"],
        )


class NewSiteForm(SiteForm):
    reference = ReferenceField(
        label=_("Site reference"),
        max_length=20,
        help_text=_("ZS and digits, such as ZS1000123."),
        error_messages={"required": _("Enter the site’s reference.")},
    )
    field_order = ["reference", "name", "address", "country", "sector", "time_zone"]


class FindSiteForm(forms.Form):
    q = forms.CharField(label=_("Name or reference"), required=False, max_length=200)
    country = forms.ChoiceField(
        label=_("Country"), required=False, choices=[("", _("All countries")), *COUNTRIES], widget=PlainSelect
    )
    hide_optional = True


class VisibilityForm(forms.Form):
    visibility = forms.ChoiceField(
        label=_("What the customer sees of this site"),
        widget=forms.RadioSelect,
        initial=Visibility.SHARES_ONLY,
        error_messages={"required": _("Choose what the customer sees.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(level.value, level.label, visibility.EXPLANATIONS[level]) for level in Visibility]
        self.fields["visibility"].choices = _explained(levels)  # type: ignore[attr-defined]

    def visibility_chosen(self) -> Visibility:
        return Visibility(self.cleaned_data["visibility"])


class RelationshipForm(VisibilityForm):
    customer_reference = ReferenceField(
        label=_("The customer’s reference"),
        max_length=20,
        help_text=_(
            "ZC and digits, such as ZC1000123. Ask the customer for it: this portal shows no list of customers."
        ),
        error_messages={"required": _("Enter the customer’s reference.")},
    )
    field_order = ["customer_reference", "visibility"]
