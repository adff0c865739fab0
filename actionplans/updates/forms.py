"""How often updates are to come, and what happened since the last one."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from actionplans.evidence.forms import SeveralFilesField, refused_files, what_is_taken
from actionplans.updates.models import Frequency
from actionplans.updates.services import Terms
from carportal.core.uploads import Refusal
from findings.forms.choices import offer


class TermsForm(forms.Form):
    """What one side proposes to the other; whether the day can be is the service's to say."""

    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    months = forms.TypedChoiceField(
        label=_("How often"),
        coerce=int,
        error_messages={"required": _("Choose how often updates are to come.")},
    )
    first_due = forms.DateField(
        label=_("First update on"),
        help_text=_("The later ones are counted from this day. It is a day where the site is."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Enter the day for which the first update is agreed."),
            "invalid": _("Enter a real date, such as 2026-03-14."),
        },
    )

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        offer(self, "months", [(str(value), capfirst(label)) for value, label in Frequency.choices])

    @property
    def terms(self) -> Terms:
        """Of a valid form."""
        on: date = self.cleaned_data["first_due"]
        return Terms(self.cleaned_data["months"], on)


class TermsForManyForm(TermsForm):
    """The same to several parties at once, each of which answers for itself."""

    def __init__(self, parties: Iterable[tuple[str, Any]], data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["party"] = _parties(
            _("Propose it to"), parties, required=_("Choose whom you propose it to.")
        )
        self.order_fields(["party", "months", "first_due"])


class EndForm(forms.Form):
    """What was agreed when its reader decided to end it."""

    months = forms.IntegerField(widget=forms.HiddenInput)
    first_due = forms.DateField(widget=forms.HiddenInput)

    @property
    def seen(self) -> Terms:
        """Of a valid form."""
        return Terms(self.cleaned_data["months"], self.cleaned_data["first_due"])


class UpdateForm(forms.Form):
    """What happened, with files that show it, and who is to read it.

    What the browser sent too much of never reached the form, and `refusal` says why.
    """

    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What happened"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=_(
            "What was done since the last update, what came of it, and what comes next. Do not name workers or children."
        ),
        error_messages={"required": _("Say what happened since the last update.")},
    )

    file = SeveralFilesField(label=_("Files that show it"))

    def __init__(
        self,
        parties: Iterable[tuple[str, Any]],
        data: Any = None,
        files: Any = None,
        refusal: Refusal | None = None,
        *,
        initial: Any = None,
    ) -> None:
        super().__init__(data, files, initial=initial)
        self.refusal = refusal
        self.fields["party"] = _parties(_("Who gets it"), parties, required=_("Choose who gets the update."))
        limit = gettext("%(most)s at most, %(megabytes)s MB together.")
        taken = what_is_taken(
            limit % {"most": settings.UPLOAD_MAX_FILES, "megabytes": settings.UPLOAD_MAX_MB}
        )
        sentences = [
            gettext("Everyone who gets the update gets them."),
            gettext("Take out the names and faces of workers and children first."),
            taken,
        ]
        if not settings.CLAMD_URL:
            sentences.append(
                gettext("This portal does not scan files for viruses: scan them yourself first.")
            )
        self.fields["file"].help_text = " ".join(sentences)
        self.order_fields(["text", "file", "party"])

    def clean_file(self) -> list[Any]:
        if self.refusal is not None:
            raise forms.ValidationError(refused_files(self.refusal))
        files: list[Any] = self.cleaned_data["file"]
        return files


def _parties(label: Any, choices: Iterable[tuple[str, Any]], *, required: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=list(choices),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": required,
            "invalid_choice": _("One of those you chose does not have the plan any more. Choose again."),
        },
    )
