"""Choosing a file and who sees it, changing that, and taking it out."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.evidence.kinds import EXTENSIONS
from actionplans.evidence.models import EvidenceFile, ShownTo
from carportal.core.uploads import Refusal
from stakeholders.models import Organisation


class ReadersForm(forms.Form):
    """Who sees a file: the site alone, everyone who reads the plan, or one of those it is shared with.

    Parties' names that its words would tell the readers are asked about once the service has found them.
    """

    hide_optional = True

    def __init__(
        self, parties: Iterable[Organisation], data: Any = None, files: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, files, initial=initial)
        choices = [
            (ShownTo.SITE.value, _("Only your organisation")),
            (ShownTo.READERS.value, _("Everyone who reads the plan")),
            *((str(party.pk), _("Only %(party)s") % {"party": party.name}) for party in parties),
        ]
        self.fields["shown_to"] = forms.ChoiceField(
            label=_("Who may see it?"),
            choices=choices,
            widget=forms.RadioSelect,
            help_text=_(
                "Everyone who reads the plan: those you share it with and, once it is published, the customers that you let read published plans and the compliance staff of this portal. They do not see whom else you show it to."
            ),
            error_messages={"required": _("Choose who may see the file.")},
        )

    @property
    def shown_to(self) -> ShownTo:
        """Of a valid form."""
        chosen = self.cleaned_data["shown_to"]
        return ShownTo(chosen) if chosen in ShownTo.values else ShownTo.PARTY

    @property
    def party_id(self) -> UUID | None:
        return UUID(self.cleaned_data["shown_to"]) if self.shown_to == ShownTo.PARTY else None

    def ask_about(self, names: Sequence[Organisation]) -> None:
        """Have each name confirmed, or the words changed."""
        self.fields["names"] = forms.MultipleChoiceField(
            label=_("Names that the readers of the file may know"),
            choices=[(str(named.pk), named.name) for named in names],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text=_(
                "Parties must not learn of each other from you by mistake. Tick a name only if the readers know of that party, or may."
            ),
        )
        listed = get_text_list([named.name for named in names], _("and"))
        self.add_error(
            "names",
            _(
                "The name or description of the file names %(names)s. Confirm that its readers may know, or change the words."
            )
            % {"names": listed},
        )


def readers_initial(file: EvidenceFile) -> dict[str, str]:
    return {"shown_to": str(file.party_id or file.shown_to)}


class EvidenceForm(ReadersForm):
    """One file to add; what the browser sent too much of never reached the form, and `refusal` says why."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,  # asked for below, where it is known whether one was sent
        widget=forms.FileInput(attrs={"accept": ",".join(f".{each}" for each in EXTENSIONS)}),
        error_messages={"empty": gettext_lazy("The file is empty. Choose another one.")},
    )
    description = forms.CharField(
        label=gettext_lazy("What it shows (optional)"),
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "maxlength": 200}),
        help_text=gettext_lazy(
            "A few words for its readers, such as “Receipts of repaid fees, spring”. Do not name workers or children."
        ),
    )

    def __init__(
        self,
        parties: Iterable[Organisation],
        data: Any = None,
        files: Any = None,
        refusal: Refusal | None = None,
    ) -> None:
        super().__init__(parties, data, files, initial={"shown_to": ShownTo.SITE.value})
        self.refusal = refusal
        self.fields["file"].help_text = _(
            "PDF, JPEG, PNG or WebP image, Word, Excel, PowerPoint or OpenDocument file without macros, or plain text; %(megabytes)s MB at most."
        ) % {"megabytes": settings.EVIDENCE_FILE_MB}

    def clean_file(self) -> "UploadedFile[bytes]":
        if self.refusal == Refusal.TOO_LARGE:
            raise forms.ValidationError(
                _("The file is larger than %(megabytes)s MB. Choose a smaller one, or split it.")
                % {"megabytes": settings.EVIDENCE_FILE_MB}
            )
        if self.refusal == Refusal.NO_ROOM:
            raise forms.ValidationError(
                _(
                    "There is no room for the file at the moment. Try again later; if it stays so, tell the compliance staff of this portal."
                )
            )
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            raise forms.ValidationError(_("Choose a file."))
        return file


class RedactForm(forms.Form):
    """Why a file is taken out; whether that is said well enough is the service's to tell."""

    hide_optional = True
    reason = forms.CharField(
        label=gettext_lazy("Why is it taken out?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("It stays on the plan's record. Do not repeat the name of anybody here."),
    )
