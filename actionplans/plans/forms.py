"""The whole Annex as one form, and the day of the upload."""

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field as LayoutField
from crispy_forms.layout import Layout
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from actionplans.annex import Field, FieldKind
from actionplans.plans.drafts import Draft, FieldConflict
from actionplans.plans.models import ActionPlan

MINE, THEIRS = "mine", "theirs"
DRAFT = "draft"


class AnnexField(forms.CharField):
    """One row of the template; its length and shape are checked by the service, so nothing typed is cut."""

    def __init__(self, definition: Field) -> None:
        super().__init__(
            required=False,
            strip=False,
            label=str(definition.label),
            widget=_widget(definition),
            help_text=_hint(definition),
        )
        self.definition = definition
        self.conflict: FieldConflict | None = None


def _hint(definition: Field) -> str:
    """What to write, and what not."""
    if not definition.asks_not_to_name:
        return str(definition.guidance)
    return f"{definition.guidance} {_('Do not name workers or children.')}"


def _widget(definition: Field) -> forms.Widget:
    if definition.kind == FieldKind.DATE:
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if definition.kind == FieldKind.TEXT:
        return forms.Textarea(attrs={"rows": 5, "dir": "auto"})
    return forms.TextInput(attrs={"dir": "auto"})


class AnnexForm(forms.Form):
    """The draft's fields, each with the digest of the text that it showed before it was changed.

    After a conflict both texts stand side by side, and the writer chooses; a field that was not chosen for
    is in conflict again, so that nobody's text is replaced unseen.
    """

    hide_optional = True
    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, draft: Draft, data: Any = None) -> None:
        digests = draft.digests
        initial: dict[str, str] = dict(draft.document.values)
        initial |= {_based_on(name): digest for name, digest in digests.items()}
        super().__init__(data, initial=initial)
        self.template = draft.template
        self.rows: dict[str, AnnexField] = {}
        for definition in draft.template.fields:
            self.fields[definition.name] = self.rows[definition.name] = AnnexField(definition)
            self.fields[_based_on(definition.name)] = forms.CharField(
                required=False, widget=forms.HiddenInput
            )
        self.helper = FormHelper()
        self.helper.render_hidden_fields = True
        self.helper.layout = Layout(
            *(
                LayoutField(name, template="actionplans/edit/field.html")
                for name in draft.template.field_names
            )
        )

    @property
    def changes(self) -> dict[str, tuple[str, str]]:
        """What `save_draft` takes, out of a bound form."""
        changes = {}
        for name in self.template.field_names:
            choice = self.data.get(f"choose_{name}", "")
            if choice == THEIRS or name not in self.data:
                continue
            undecided = f"conflict_{name}" in self.data and choice != MINE
            based_on = "" if undecided else self.data.get(_based_on(name), "")
            changes[name] = (self.data[name], based_on)
        return changes

    @classmethod
    def with_conflicts(cls, draft: Draft, conflicts: Iterable[FieldConflict], token: str) -> "AnnexForm":
        """The draft as it is now, and in the fields two people changed, what this one wrote."""
        by_name = {conflict.name: conflict for conflict in conflicts}
        data = {"draft_token": token} | dict(draft.document.values)
        data |= {_based_on(name): digest for name, digest in draft.digests.items()}
        data |= {name: conflict.wanted for name, conflict in by_name.items()}
        form = cls(draft, data)
        for name, conflict in by_name.items():
            field = form.rows[name]
            field.conflict = conflict
            form.add_error(
                name,
                _(
                    "“%(label)s” was saved with another text while you were writing. Choose which text to keep."
                )
                % {"label": field.label},
            )
        return form


def _based_on(name: str) -> str:
    return f"based_on_{name}"


class UploadedForm(forms.Form):
    """The day a person noted; whether it can be is the service's to say."""

    on = forms.DateField(
        label=_("Day of the upload"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Enter the day on which you uploaded the plan."),
            "invalid": _("Enter a real date, such as 2026-03-14."),
        },
    )


class CarryOnForm(forms.Form):
    """Which earlier plan to go on from: asked only where this CAR took the place of several."""

    def __init__(self, earlier: Sequence[ActionPlan], data: Any = None) -> None:
        super().__init__(data, initial={"plan": str(earlier[0].pk)})
        self.fields["plan"] = forms.ChoiceField(
            label=_("Plan to carry on"),
            choices=[(str(each.pk), _plan_label(each)) for each in earlier],
            widget=forms.RadioSelect if len(earlier) > 1 else forms.HiddenInput,
            error_messages={"required": _("Choose the plan to carry on.")},
        )


def _plan_label(plan: ActionPlan) -> str:
    finding = plan.finding
    return _("%(reference)s, raised on %(day)s: %(title)s") % {
        "reference": finding.reference,
        "day": date_format(finding.raised_on, "j F Y"),
        "title": finding.issue_title,
    }


class CompareForm(forms.Form):
    """Which two of the versions that its reader may see; sent by GET."""

    hide_optional = True

    def __init__(self, choices: Sequence[tuple[str, str]], data: Any = None, initial: Any = None) -> None:
        newest_two = {"old": choices[min(1, len(choices) - 1)][0], "new": choices[0][0]}
        super().__init__(data, initial=initial or newest_two)
        self.labels = dict(choices)
        for name, label in (("old", _("Before")), ("new", _("After"))):
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=choices,
                error_messages={"invalid_choice": _("Choose one of the versions.")},
            )

    def label_of(self, key: str) -> str:
        return self.labels[key]


class RedactForm(forms.Form):
    """Which words are to go, from where, and why."""

    hide_optional = True
    words = forms.CharField(
        label=_("Exact words"),
        required=False,
        help_text=_(
            "A name, for example, as it stands in the text. Capitals make no difference. Enter each spelling on its own."
        ),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        help_text=_("It is kept on the record. Do not say the words again, and name nobody."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, places: Sequence[tuple[str, str]], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["where"] = forms.ChoiceField(
            label=_("Remove them from"), choices=places, widget=forms.RadioSelect
        )
        self.order_fields(["words", "where", "reason"])


class RedactEntryForm(forms.Form):
    """Which entry of the plan's record is to name nobody any more, and why."""

    hide_optional = True
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        help_text=_("It is kept on the record. Name nobody in it."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, entries: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["entry"] = forms.ChoiceField(label=_("Entry"), choices=entries)
        self.order_fields(["entry", "reason"])
