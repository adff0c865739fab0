"""The page itself, and ending what is snoozed from there."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from carportal.core.actor import OrganisationKind
from carportal.core.choices.reading import snoozed, wishes_of
from carportal.core.choices.services import choose_mails, end_snooze
from carportal.core.decorators import ActorRequest, actor_required
from carportal.web.mails.forms import MailsForm, initial_of
from carportal.web.mails.groups import groups_for
from findings.models import Finding
from stakeholders.forms import errors_in
from stakeholders.models import Membership, User


class Snoozed(NamedTuple):
    """One CAR; without it where the person does not see it any more, or acts for another organisation at present."""

    finding_id: UUID
    until: date
    finding: Finding | None


@actor_required
@require_http_methods(["GET", "POST"])
def choices(request: ActorRequest) -> HttpResponse:
    person = get_object_or_404(User, pk=request.actor.user_id)
    memberships: list[Membership] = getattr(request, "memberships", [])
    groups = groups_for({OrganisationKind(each.organisation.kind) for each in memberships})
    initial = initial_of(wishes_of(request.actor, person.email), groups)
    form = MailsForm(groups, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with errors_in(form):
            choose_mails(
                actor=request.actor,
                paces=form.paces(),
                hour=form.cleaned_data["hour"],
                weekday=form.cleaned_data["weekday"],
            )
            messages.success(request, _("Your choices about mail have been saved."))
            return redirect("mail_choices")
    context = {"form": form, "person": person, "has_choice": bool(groups), "snoozed": _snoozed(request)}
    return render(request, "mails/choices.html", context)


@actor_required
@require_POST
def end(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Also of a CAR that the person does not see any more: what it wished about its mail is its own."""
    if finding_id not in snoozed(request.actor):
        raise Http404
    end_snooze(actor=request.actor, finding_id=finding_id)
    messages.success(request, _("Mails about this CAR come again."))
    return redirect("mail_choices")


def _snoozed(request: ActorRequest) -> list[Snoozed]:
    days = snoozed(request.actor)
    seen = Finding.objects.visible_to(request.actor).select_related("site").in_bulk(list(days))
    return [Snoozed(pk, until, seen.get(pk)) for pk, until in days.items()]
