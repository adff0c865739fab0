"""Choosing who is told that a CAR is urgent, and writing down what was said outside of the portal."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from findings.escalation.choosing import Candidate
from findings.escalation.services.telling import LONGEST_NAME
from findings.forms.choices import explained, offer
from findings.models import OUTSIDE, CallOffReason


class TellForm(forms.Form):
    """Which customers are told through the portal; those that nobody could read of it for are not among them."""

    hide_optional = True
    customers = forms.MultipleChoiceField(
        label=_("Which customers are told?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose customers from the list.")},
    )

    def __init__(self, candidates: Iterable[Candidate], data: Any = None) -> None:
        reached = [each for each in candidates if each.is_reached]
        suggested = [str(each.organisation.pk) for each in reached if each.is_suggested]
        super().__init__(data, initial={"customers": suggested})
        choices = explained(
            (str(each.organisation.pk), each.organisation.name, _hint(each)) for each in reached
        )
        offer(self, "customers", choices)


def _hint(candidate: Candidate) -> Any:
    if candidate.organisation.is_uk_retailer:
        return _("UK retailer: it follows the protocol")
    return candidate.organisation.reference


class OutsideForm(forms.Form):
    """Who was told how and when, without the portal."""

    customer = forms.ChoiceField(
        label=_("Which customer was told?"),
        error_messages={"required": _("Choose which customer was told.")},
    )
    route = forms.ChoiceField(
        label=_("How?"),
        choices=[(route.value, route.label) for route in OUTSIDE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the customer was told.")},
    )
    whom = forms.CharField(
        label=_("Whom did you tell?"),
        max_length=LONGEST_NAME,
        help_text=_("The name of the person at the customer. Only your organisation reads it."),
        error_messages={"required": _("Enter the name of the person you told.")},
    )
    told_at = forms.DateTimeField(
        label=_("When?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": _("Enter the day and time at which it was told."),
            "invalid": _("Enter a real day and time, such as 2027-03-14 15:00."),
        },
    )

    def __init__(self, candidates: Iterable[Candidate], data: Any = None, *, customer: str = "") -> None:
        super().__init__(data, initial={"customer": customer})
        names = [(str(each.organisation.pk), each.organisation.name) for each in candidates]
        offer(self, "customer", [("", _("Choose")), *names])
        zone = str(timezone.get_current_timezone()).replace("_", " ")
        self.fields["told_at"].help_text = _("On your clock: %(zone)s.") % {"zone": zone}


class TakenOverForm(forms.Form):
    """Nothing but who said so, where the site records it for a customer."""

    name = forms.CharField(
        label=_("Who told you?"),
        max_length=LONGEST_NAME,
        help_text=_("The name of the person at the customer. Only your organisation reads it."),
        error_messages={"required": _("Enter the name of the person who told you.")},
    )

    def __init__(self, data: Any = None, *, asks_name: bool) -> None:
        super().__init__(data)
        if not asks_name:
            del self.fields["name"]


class CallOffForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why do you call it off?"),
        choices=CallOffReason.choices,
        widget=forms.RadioSelect,
        help_text=_("Everybody who was told through the portal reads it."),
        error_messages={"required": _("Choose why you call it off.")},
    )
