"""The page on which people are taken out of a record, the same for every kind of record."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from carportal.core.audit import Place, Record, TimelineEntry, record_of, redact_entry, redactable_entries
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import InvalidInput

# Entries to choose from unless all are asked for.
RECENT = 25


class RedactEntryForm(forms.Form):
    """Which entry of a record is to name nobody any more, and why."""

    hide_optional = True
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        help_text=gettext_lazy("It is kept on the record. Name nobody in it."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, entries: Iterable[TimelineEntry], data: Any = None) -> None:
        super().__init__(data)
        self.fields["entry"] = forms.ChoiceField(
            label=_("Entry"),
            choices=[(str(entry.sequence), _label_of(entry)) for entry in entries],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose the entry that names somebody.")},
        )
        self.order_fields(["entry", "reason"])


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_redact(request: ActorRequest, aggregate: str, pk: UUID) -> HttpResponse:
    """For whoever may, on any record that a room has registered."""
    record = _registered(aggregate)
    subject = record.load(request.actor, pk)
    if subject is None:
        raise Http404
    record.check_redacts(request.actor, subject)
    page = record.page(request.actor, subject)
    back = page.way[-1].url
    entries = redactable_entries(record, pk, request.actor)
    shown = entries if request.GET.get("record") == "all" else entries[:RECENT]
    form = RedactEntryForm(shown, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            redact_entry(
                aggregate=record.aggregate,
                aggregate_id=pk,
                actor=request.actor,
                sequence=int(form.cleaned_data["entry"]),
                reason=form.cleaned_data["reason"],
            )
        except InvalidInput as error:
            for name, sentences in error.fields.items():
                form.add_error(name, [str(sentence) for sentence in sentences])
        else:
            messages.success(request, _("The entry names nobody any more."))
            return redirect(back)
    context = {
        "form": form,
        "has_entries": bool(entries),
        "older": len(entries) - len(shown),
        "reference": page.reference,
        "way": [*page.way, Place(_("Remove a name"), "")],
        "cancel_url": back,
    }
    return render(request, "records/redact.html", context)


def _registered(aggregate: str) -> Record:
    try:
        return record_of(aggregate)
    except LookupError as error:
        raise Http404 from error


def _label_of(entry: TimelineEntry) -> SafeString:
    """What it says, and below that its place, its day and who did it."""
    below = _("Entry %(number)s, %(day)s · %(who)s") % {
        "number": entry.sequence,
        "day": date_format(localtime(entry.at), "j F Y"),
        "who": entry.who,
    }
    return format_html('{} <span class="cell-hint">{}</span>', entry.sentence, below)
