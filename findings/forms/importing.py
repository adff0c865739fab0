"""Uploading a spreadsheet of audits, and saying that what it does is wanted."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from findings.forms.choices import explained, offer
from findings.importing.dates import DayOrder
from findings.services.imports import too_big

ORDERS = [
    (DayOrder.UNKNOWN.value, _("I do not know, or there are none"), _("You are told if there is one.")),
    (DayOrder.DAY_FIRST.value, _("The day"), _("03/04/2025 is 3 April.")),
    (DayOrder.MONTH_FIRST.value, _("The month"), _("03/04/2025 is 4 March.")),
]


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Spreadsheet"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
        error_messages={
            "required": _("Choose the spreadsheet."),
            "missing": _("Choose the spreadsheet."),
            "empty": _("This file is empty."),
            "max_length": _("The name of this file is too long. Give it a shorter one."),
        },
    )
    day_order = forms.ChoiceField(
        label=_("In dates such as 03/04/2025, what comes first?"),
        required=False,
        widget=forms.RadioSelect,
        initial=DayOrder.UNKNOWN.value,
    )
    hide_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "day_order", explained(ORDERS))
        self.fields["file"].help_text = _("An .xlsx or .csv file of up to %(n)s MB.") % {
            "n": settings.IMPORT_MAX_MEGABYTES
        }

    def clean_file(self) -> "File[bytes]":
        """Before it is read into memory."""
        file: File[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(too_big())
        return file

    def order(self) -> DayOrder:
        return DayOrder(self.cleaned_data["day_order"])


class WriteImportForm(forms.Form):
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
