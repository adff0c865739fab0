"""Until when a CAR is to be quiet."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SnoozeForm(forms.Form):
    until = forms.DateField(
        label=_("Send no mails about this CAR until"),
        help_text=_("From this day on they come again."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose the day from which mails about this CAR come again."),
            "invalid": _("Enter a day as it is in a calendar, such as 2027-03-31."),
        },
    )
