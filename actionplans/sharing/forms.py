"""Choosing parties, what is asked of each, and a party's reply."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field as LayoutField
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from actionplans.annex import Template
from actionplans.annex.sections import section_choices
from actionplans.sharing.models import ReplyKind
from actionplans.sharing.policy import PARTY_KINDS
from actionplans.sharing.services import Party
from carportal.core.actor import OrganisationKind
from stakeholders.models import Organisation

INLINE = "bootstrap5/layout/radioselect_inline.html"
YES, NO = "yes", "no"
ANSWERS = [(YES, _("Yes")), (NO, _("No")), ("", _("Not answered"))]
MEANING = {YES: True, NO: False}


class PartiesForm(forms.Form):
    """With whom: those the site knows, and one more named by its exact reference."""

    hide_optional = True  # at least one of the two is needed
    reference = forms.CharField(
        label=_("Another organisation"),
        required=False,
        max_length=20,
        help_text=_(
            "An NGO, a trade union, a labour provider or anybody else who is to take part. Enter its exact reference, such as ZC1000123; it can tell you."
        ),
    )

    def __init__(self, choices: Iterable[tuple[str, Any]], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        known = list(choices)
        self.known = {pk for pk, _label in known}
        self.fields["party"] = forms.MultipleChoiceField(
            label=_("Customers of the site, and others who have the plan"),
            choices=known,
            required=False,
            widget=forms.CheckboxSelectMultiple if known else forms.MultipleHiddenInput,
        )
        self.order_fields(["party", "reference"])

    def clean_reference(self) -> Organisation | None:
        reference = self.cleaned_data["reference"].strip().upper()
        if not reference:
            return None
        found = Organisation.objects.known().filter(reference=reference, kind__in=PARTY_KINDS).first()
        buys_elsewhere = (
            found is not None and found.kind == OrganisationKind.CUSTOMER and str(found.pk) not in self.known
        )
        if found is None or buys_elsewhere:  # one sentence for both, so that it tells of nobody
            raise forms.ValidationError(
                _(
                    "The plan cannot be shared with an organisation of this reference. Check it letter by letter; a customer has to be added to the site first."
                )
            )
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("party") and not cleaned.get("reference"):
            has_choices = not self.fields["party"].widget.is_hidden
            self.add_error(
                "party" if has_choices else "reference",
                _("Choose at least one organisation to share the plan with."),
            )
        return cleaned

    @property
    def chosen(self) -> list[UUID]:
        """The organisations of a valid form, each once."""
        ids = [UUID(each) for each in self.cleaned_data["party"]]
        if (other := self.cleaned_data["reference"]) is not None:
            ids.append(other.pk)
        return list(dict.fromkeys(ids))


class AsksForm(forms.Form):
    """The template's last row for one party, and a note to it alone."""

    hide_optional = True
    note = forms.CharField(
        label=_("Note"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_(
            "A few words to this organisation, if you wish. Nobody else reads them. Do not name workers or children."
        ),
    )

    def __init__(
        self, template: Template, organisation: Organisation, data: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial, prefix=str(organisation.pk))
        self.organisation = organisation
        self.template = template
        for ask in template.asks:
            self.fields[ask.key] = forms.ChoiceField(
                label=str(ask.label), choices=ANSWERS, required=False, widget=forms.RadioSelect
            )
            self.initial.setdefault(ask.key, "")
        keys = [ask.key for ask in template.asks]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset(
                template.asks_label,
                *(LayoutField(key, template=INLINE) for key in keys),
                css_class="asks-form",
            ),
            LayoutField("note"),
        )
        self.order_fields([*keys, "note"])

    @property
    def first_control(self) -> str:
        """The id to which an error of the answers as a whole leads."""
        return f"{self[self.template.asks[0].key].auto_id}_0"

    @property
    def party(self) -> Party:
        """Of a valid form: what was answered; what was not is left out, which is not "No"."""
        asks = {
            ask.key: MEANING[self.cleaned_data[ask.key]]
            for ask in self.template.asks
            if self.cleaned_data[ask.key] in MEANING
        }
        return Party(self.organisation.pk, asks, self.cleaned_data["note"])


class ReplyForm(forms.Form):
    """A party's answer to the newest version that it was sent."""

    hide_optional = True
    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)
    sent = forms.UUIDField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_(
            "The site reads it, and nobody else. It is needed when you ask for changes. Do not name workers or children."
        ),
    )

    LABELS = {
        ReplyKind.ACKNOWLEDGED: _("We have received the plan and will answer later"),
        ReplyKind.CONFIRMED: _("We confirm that the proposed action meets our requirements"),
        ReplyKind.CHANGES_REQUESTED: _("We ask for changes"),
    }

    def __init__(
        self, template: Template, kinds: Iterable[ReplyKind], data: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["kind"] = forms.ChoiceField(
            label=_("Your reply"),
            choices=[(kind.value, self.LABELS[kind]) for kind in kinds],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose what you reply to the site.")},
        )
        self.fields["section"] = forms.ChoiceField(
            label=_("What your comment is about"), required=False, choices=section_choices(template)
        )
        self.order_fields(["kind", "section", "comment"])
