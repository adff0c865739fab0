"""One finding of an audit: a CAR with its text, or another finding by its code alone."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from findings.forms.choices import explained
from findings.models import EntryType, RequirementTitle
from findings.services import EntryDetails

KINDS = {
    EntryType.CAR: _("A finding that the site cannot resolve alone. Enter its title and details below."),
    EntryType.NON_COMPLIANCE: _("An ordinary finding that the site resolves. Only its code is recorded."),
    EntryType.OBSERVATION: _("Only its code is recorded."),
}


class EntryForm(forms.Form):
    type = forms.ChoiceField(
        label=_("Kind of finding"),
        choices=lambda: explained((kind.value, kind.label, KINDS[kind]) for kind in EntryType),
        widget=forms.RadioSelect,
        initial=EntryType.CAR,
        error_messages={"required": _("Choose the kind of finding.")},
    )
    code = forms.CharField(
        label=_("Code of the Workplace Requirement (WR)"),
        max_length=20,
        help_text=_("The area and the letter, such as 5A.B."),
        error_messages={"required": _("Enter the code, such as 5A.B.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    issue_title = forms.CharField(
        label=_("Issue title"),
        required=False,
        max_length=500,
        help_text=_("For a CAR only. As the audit report has it."),
    )
    details = forms.CharField(
        label=_("Details"),
        required=False,
        max_length=20_000,
        help_text=_(
            "For a CAR only. Short and clear, consistent with the audit report. Do not name workers or children."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    hide_optional = True

    def __init__(self, *args: Any, titles: Sequence[RequirementTitle] = (), **kwargs: Any) -> None:
        """`titles`: offered as the code is typed; any other code is taken as well."""
        super().__init__(*args, **kwargs)
        self.titles = titles
        if titles:
            self.fields["code"].widget.attrs["list"] = "requirement-titles"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("type") == EntryType.CAR:
            if not given.get("issue_title"):
                self.add_error("issue_title", _("Enter the issue title of the CAR."))
        elif given.get("type"):
            self._refuse_to_lose_text(given)
        return given

    def _refuse_to_lose_text(self, given: dict[str, Any]) -> None:
        """What was typed is never dropped in silence."""
        for name in ("issue_title", "details"):
            if given.get(name):
                self.add_error(
                    name, _("Only a CAR is recorded with its text. Empty this field, or choose CAR above.")
                )

    def entry(self) -> EntryDetails:
        given = self.cleaned_data
        return EntryDetails(
            type=EntryType(given["type"]),
            code=given["code"],
            issue_title=given["issue_title"],
            details=given["details"],
        )
