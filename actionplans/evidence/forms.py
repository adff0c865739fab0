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
from actionplans.evidence.models import EvidenceFile, ShownTo, SubjectKind
from carportal.core.uploads import Refusal
from stakeholders.models import Organisation

# Of a file about each kind of thing: who everyone is, and what is to be known before they are chosen.
_EVERYONE = {
    SubjectKind.PLAN: (
        gettext_lazy("Everyone who reads the plan"),
        gettext_lazy(
            "Everyone who reads the plan: those you share it with and, once it is published, the customers that you let read published plans and the compliance staff of this portal. They do not see whom else you show it to."
        ),
    ),
    SubjectKind.ACTION: (
        gettext_lazy("Everyone who sees the action"),
        gettext_lazy(
            "Everyone who sees the action: whoever reads the plan, unless the action is tied to a stakeholder that is shown only to itself. They see the file from when they get the action, and do not see whom else you show it to."
        ),
    ),
    SubjectKind.UPDATE: (
        gettext_lazy("Everyone who got the update"),
        gettext_lazy("Nobody else reads the update, so nobody else sees its files."),
    ),
    SubjectKind.REPORT: (
        gettext_lazy("Everyone who has the report"),
        gettext_lazy("Nobody else reads the report, so nobody else sees its files."),
    ),
}


class ReadersForm(forms.Form):
    """Who sees a file: the site alone, everyone who gets what it is about, or one of those.

    Parties' names that its words would tell the readers are asked about once the service has found them.
    """

    hide_optional = True

    def __init__(
        self,
        parties: Iterable[Organisation],
        about: SubjectKind,
        data: Any = None,
        files: Any = None,
        initial: Any = None,
    ) -> None:
        super().__init__(data, files, initial=initial)
        everyone, explanation = _EVERYONE[about]
        choices = [
            (ShownTo.SITE.value, _("Only your organisation")),
            (ShownTo.READERS.value, everyone),
            *((str(party.pk), _("Only %(party)s") % {"party": party.name}) for party in parties),
        ]
        self.fields["shown_to"] = forms.ChoiceField(
            label=_("Who may see it?"),
            choices=choices,
            widget=forms.RadioSelect,
            help_text=explanation,
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
        about: SubjectKind,
        data: Any = None,
        files: Any = None,
        refusal: Refusal | None = None,
    ) -> None:
        usual = ShownTo.READERS if about == SubjectKind.UPDATE else ShownTo.SITE
        super().__init__(parties, about, data, files, initial={"shown_to": usual.value})
        self.refusal = refusal
        self.fields["file"].help_text = what_is_taken(
            _("%(megabytes)s MB at most.") % {"megabytes": settings.EVIDENCE_FILE_MB}
        )

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


def what_is_taken(limit: str) -> str:
    return _(
        "PDF, JPEG, PNG or WebP image, Word, Excel, PowerPoint or OpenDocument file without macros, or plain text; %(limit)s"
    ) % {"limit": limit}


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Any number of files to choose at once, none too; what is wrong with one, the service says by its name."""

    def __init__(self, **options: Any) -> None:
        widget = SeveralFilesInput(attrs={"accept": ",".join(f".{each}" for each in EXTENSIONS)})
        super().__init__(required=False, widget=widget, allow_empty_file=True, **options)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        return [super(SeveralFilesField, self).clean(each, initial) for each in data or ()]


def refused_files(refusal: Refusal, later: str = "") -> str:
    """Why files that were sent together did not all arrive, and what can be done; `later` says when more can come."""
    later = later or _("more can be added once the update is posted")
    return {
        Refusal.TOO_LARGE: _(
            "The files are larger than %(megabytes)s MB together. Choose fewer or smaller ones; %(later)s."
        )
        % {"megabytes": settings.UPLOAD_MAX_MB, "later": later},
        Refusal.TOO_MANY: _("Choose %(most)s files at most; %(later)s.")
        % {"most": settings.UPLOAD_MAX_FILES, "later": later},
        Refusal.NO_ROOM: _(
            "There is no room for the files at the moment. Try again later; if it stays so, tell the compliance staff of this portal."
        ),
    }[refusal]


class RedactForm(forms.Form):
    """Why a file is taken out; whether that is said well enough is the service's to tell."""

    hide_optional = True
    reason = forms.CharField(
        label=gettext_lazy("Why is it taken out?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("It stays on the plan's record. Do not repeat the name of anybody here."),
    )
