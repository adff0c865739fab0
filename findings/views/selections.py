"""What was chosen on a list of CARs: how many and which, and what can be done with them."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carportal.core.decorators import ActorRequest, actor_required
from findings.filters import Filters, Viewpoint
from findings.models import FileFormat, Finding
from findings.sections import Section
from findings.selecting import Selection, acts_for
from findings.views.exports import file_url


@actor_required
@require_GET
def selection(request: ActorRequest) -> HttpResponse:
    chosen = Selection(Viewpoint(request.actor, timezone.localdate()), request.GET)
    if not chosen.count:
        messages.warning(request, _none(chosen))
        return redirect(chosen.filters.url())
    return selection_page(request, chosen)


def selection_page(request: ActorRequest, selection: Selection, changed: str | Promise = "") -> HttpResponse:
    """The page that is looked at before anything is done; `changed` says why it is shown again."""
    context = {
        "selection": selection,
        "in_words": selection.filters.in_words if selection.picked is None else [],
        "first": selection.first,
        "acts": acts_for(request, selection),
        "changed": changed,
        "list_url": selection.filters.url(),
    }
    return render(request, "findings/selected/page.html", context, status=409 if changed else 200)


def selecting(filters: Filters, rows: Iterable[Finding]) -> dict[str, object]:
    """What a list's form sends along: its filters, and what is on its page."""
    return {"query": list(filters.query.items()), "here": ",".join(str(row.pk) for row in rows)}


def save_act(_request: ActorRequest, selection: Selection) -> Section:
    """Registered with `findings.selecting`: the file of exactly these."""
    context = {
        "csv_url": file_url(selection, FileFormat.CSV),
        "excel_url": file_url(selection, FileFormat.EXCEL),
    }
    return Section("findings/selected/save.html", context, rank=10)


def _none(selection: Selection) -> str:
    if selection.gone:
        return _("What you chose is not there any more, or not for you. Choose again.")
    return _("Choose at least one CAR.")
