"""Recording and correcting an audit, and finding one in the list."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from findings import requirements
from findings.forms.choices import explained
from findings.models import Audit, AuditStatus, AuditType
from findings.services import AuditDetails
from stakeholders.forms import ReferenceField

TYPES = {
    AuditType.INITIAL: _("The first audit of the site. It raises CARs and ends none."),
    AuditType.PERIODIC: _(
        "The only type that also ends earlier CARs, on the requirements of the areas it assessed."
    ),
    AuditType.FOLLOW_UP_FULL: _("Looks at everything again after an audit. It can raise CARs and ends none."),
    AuditType.FOLLOW_UP_PARTIAL: _("Looks at some findings again. It can raise CARs and ends none."),
}

# The scopes that a button ticks; their names are the values of the buttons.
PRESETS = {"four_pillars": requirements.FOUR_PILLARS, "two_pillars": requirements.TWO_PILLARS}

IDENTITY = ["site_reference", "audit_company_reference", "reference"]


class ReasonField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Why does the audit have to be corrected?"),
            help_text=_(
                "The audit company and the site read this in the audit’s record. Do not name workers or children."
            ),
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"required": _("Say why the audit has to be corrected.")},
            **kwargs,
        )


class AuditForm(forms.Form):
    """An audit as it is recorded; of a new edition only what it may change, with its reason."""

    site_reference = ReferenceField(
        label=_("Site reference"),
        max_length=20,
        help_text=_("ZS and digits, such as ZS1000123. It is on the audit report."),
        error_messages={"required": _("Enter the site’s reference.")},
    )
    audit_company_reference = ReferenceField(
        label=_("Audit company’s reference"),
        max_length=20,
        help_text=_("ZC and digits, such as ZC1000123. The company sees the audit once it is published."),
        error_messages={"required": _("Enter the audit company’s reference.")},
    )
    reference = forms.CharField(
        label=_("Audit reference"),
        max_length=40,
        help_text=_("As it is printed on the audit report."),
        error_messages={"required": _("Enter the reference of the audit.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    date = forms.DateField(
        label=_("Date of the audit"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Enter the date of the audit."),
            "invalid": _("Enter a date, such as 2026-03-27."),
        },
    )
    type = forms.ChoiceField(
        label=_("Type of audit"),
        choices=lambda: explained((kind.value, kind.label, TYPES[kind]) for kind in AuditType),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the type of audit.")},
    )
    scope = forms.MultipleChoiceField(
        label=_("Areas that the audit assessed"),
        choices=requirements.AREAS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "A periodic audit ends CARs only in these areas. A four-pillar audit assessed all of them, a two-pillar audit all but 10B and 10C."
        ),
        error_messages={"required": _("Choose the areas that the audit assessed.")},
    )
    reason = ReasonField()

    def __init__(
        self, *args: Any, names_company: bool = False, audit: Audit | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        corrects = audit is not None and audit.corrects_id is not None
        if corrects:
            for name in IDENTITY:
                del self.fields[name]
        else:
            del self.fields["reason"]
            if not names_company:
                del self.fields["audit_company_reference"]
        before = [name for name in self.fields if name != "scope"]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            *before,
            Fieldset(_("Scope"), HTML("{% include 'findings/scope_presets.html' %}"), "scope"),
        )

    def details(self) -> AuditDetails:
        given = self.cleaned_data
        return AuditDetails(
            type=AuditType(given["type"]),
            date=given["date"],
            scope=given["scope"],
            reference=given.get("reference", ""),
            site_reference=given.get("site_reference", ""),
            audit_company_reference=given.get("audit_company_reference", ""),
        )

    @staticmethod
    def typed(data: QueryDict) -> dict[str, Any]:
        """What was typed so far, with the areas of the preset that was asked for."""
        preset = PRESETS.get(data.get("preset", ""), data.getlist("scope"))
        return {**data.dict(), "scope": preset}


def initial_of(audit: Audit) -> dict[str, Any]:
    return {
        "site_reference": audit.site.reference,
        "audit_company_reference": audit.audit_company.reference,
        "reference": audit.reference,
        "date": audit.date,
        "type": audit.type,
        "scope": audit.scope,
        "reason": audit.correction_reason,
    }


class CorrectionForm(forms.Form):
    reason = ReasonField()


class FindAuditForm(forms.Form):
    q = forms.CharField(label=_("Audit or site"), required=False, max_length=200)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All")), *AuditStatus.choices]
    )
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("All")), *AuditType.choices])
    hide_optional = True
