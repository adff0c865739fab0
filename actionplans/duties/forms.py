"""Why an action is declined, and how far one has come that was taken on."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from actionplans.duties.models import ReportState
from actionplans.evidence.forms import SeveralFilesField, refused_files, what_is_taken
from carportal.core.uploads import Refusal


class AcceptForm(forms.Form):
    """A button, and what its reader saw when pressing it."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class DeclineForm(forms.Form):
    hide_optional = True
    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("The site reads it, and nobody else. Do not name workers or children."),
        error_messages={"required": _("Say why, so that the site can plan anew.")},
    )


class ReportForm(forms.Form):
    """What the browser sent too much of never reached the form, and `refusal` says why."""

    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("How far is it?"),
        choices=ReportState.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how far the action is.")},
    )
    text = forms.CharField(
        label=_("What was done"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_(
            "The site reads it, and may take it into its plan, which others read. It cannot be changed once it is sent. Do not name workers or children."
        ),
        error_messages={"required": _("Say what was done; a few sentences are enough.")},
    )
    file = SeveralFilesField(label=_("Files that show it"))

    def __init__(self, data: Any = None, files: Any = None, refusal: Refusal | None = None) -> None:
        super().__init__(data, files)
        self.refusal = refusal
        limit = gettext("%(most)s at most, %(megabytes)s MB together.")
        taken = what_is_taken(
            limit % {"most": settings.UPLOAD_MAX_FILES, "megabytes": settings.UPLOAD_MAX_MB}
        )
        sentences = [
            gettext("The site and your organisation see them, nobody else."),
            gettext("Take out the names and faces of workers and children first."),
            taken,
        ]
        if not settings.CLAMD_URL:
            sentences.append(
                gettext("This portal does not scan files for viruses: scan them yourself first.")
            )
        self.fields["file"].help_text = " ".join(sentences)

    def clean_file(self) -> list[Any]:
        if self.refusal is not None:
            raise forms.ValidationError(
                refused_files(self.refusal, gettext("more can come with a further report"))
            )
        files: list[Any] = self.cleaned_data["file"]
        return files
