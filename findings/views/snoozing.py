"""The page on which a person has no mails about one CAR for a while, and the part of the CAR's page that leads there."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carportal.core.choices.reading import quiet_days, quiet_until
from carportal.core.choices.services import end_snooze
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.together import Reads
from findings import policy, services
from findings.forms.snoozing import SnoozeForm
from findings.models import Finding
from findings.sections import Section
from stakeholders.forms import errors_in
from stakeholders.policy import require


def mails_section(request: ActorRequest, finding: Finding) -> Reads[Section | None]:
    """Registered with `findings.sections`: whether mails about the CAR come to the reader."""
    if not policy.may_snooze(request.actor) or not finding.is_under_way:
        return None
    until = yield from quiet_days(request.actor, finding.pk)
    context = {"finding": finding, "until": until}
    return Section("findings/section_mails.html", context, rank=95)


@actor_required
@require_http_methods(["GET", "POST"])
def snooze(request: ActorRequest, pk: UUID) -> HttpResponse:
    """With `end` in what is sent, mails come again at once."""
    actor = request.actor
    finding = get_object_or_404(Finding.objects.visible_to(actor).select_related("site"), pk=pk)
    require(policy.may_snooze(actor), _("There are no mails about this CAR that you could snooze."))
    if request.method == "POST" and "end" in request.POST:
        end_snooze(actor=actor, finding_id=finding.pk)
        messages.success(
            request, _("Mails about %(reference)s come again.") % {"reference": finding.reference}
        )
        return redirect("finding", finding.pk)
    until = quiet_until(actor, finding.pk)
    form = SnoozeForm(request.POST if request.method == "POST" else None, initial={"until": until})
    if form.is_valid():
        with errors_in(form):
            services.snooze_car(finding_id=finding.pk, actor=actor, until=form.cleaned_data["until"])
            said = _("You get no mails about %(reference)s until %(day)s.")
            day = date_format(form.cleaned_data["until"], "j F Y")
            messages.success(request, said % {"reference": finding.reference, "day": day})
            return redirect("finding", finding.pk)
    context = {
        "form": form,
        "finding": finding,
        "until": until,
        "cancel_url": reverse("finding", args=[finding.pk]),
    }
    return render(request, "findings/snooze.html", context)
