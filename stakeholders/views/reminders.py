"""On which days one's own organisation is reminded; its managers choose them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carportal.core.actor import OrganisationKind
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import NotAllowed
from stakeholders import policy, services
from stakeholders.forms import errors_in
from stakeholders.models import MOST_STEPS, Organisation
from stakeholders.reminder_forms import RemindersForm
from stakeholders.reminding import ReminderKind, kinds_of, steps_for, steps_of
from stakeholders.reminding.words import in_words


def _own(request: ActorRequest) -> Organisation:
    if request.actor.organisation_id is None:
        raise NotAllowed(_("You do not act for an organisation."))
    return get_object_or_404(Organisation.objects.visible_to(request.actor), pk=request.actor.organisation_id)


def _own_to_change(request: ActorRequest, name: str) -> tuple[Organisation, ReminderKind]:
    organisation = _own(request)
    kinds = {kind.name: kind for kind in kinds_of(OrganisationKind(organisation.kind))}
    if name not in kinds:
        raise Http404
    policy.require(
        policy.may_choose_reminders(request.actor, organisation),
        _("Only a manager of your organisation chooses when it is reminded."),
    )
    return organisation, kinds[name]


@actor_required
@require_GET
def overview(request: ActorRequest) -> HttpResponse:
    organisation = _own(request)
    reminders = []
    for kind in kinds_of(OrganisationKind(organisation.kind)):
        steps = steps_for(kind, [organisation.pk])[organisation.pk]
        reminders.append((kind, in_words(steps), steps == steps_of(kind.days)))
    context = {
        "organisation": organisation,
        "reminders": reminders,
        "may_choose": policy.may_choose_reminders(request.actor, organisation),
    }
    return render(request, "stakeholders/reminders.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def choose(request: ActorRequest, name: str) -> HttpResponse:
    organisation, kind = _own_to_change(request, name)
    steps = steps_for(kind, [organisation.pk])[organisation.pk]
    form = RemindersForm(request.POST or None, kind=kind, steps=steps)
    if form.is_valid():
        with errors_in(form):
            services.choose_reminders(
                organisation_id=organisation.pk, actor=request.actor, kind=kind, days=form.days()
            )
            messages.success(
                request, _("The days of the reminders have been saved. They hold from today on.")
            )
            return redirect("reminders")
    context = {
        "form": form,
        "organisation": organisation,
        "kind": kind,
        "usual": in_words(steps_of(kind.days)),
        "is_usual": steps == steps_of(kind.days),
        "most": MOST_STEPS,
        "cancel_url": reverse("reminders"),
    }
    return render(request, "stakeholders/reminders_choose.html", context)


@actor_required
@require_POST
def put_back(request: ActorRequest, name: str) -> HttpResponse:
    organisation, kind = _own_to_change(request, name)
    services.put_back_reminders(organisation_id=organisation.pk, actor=request.actor, kind=kind)
    messages.success(request, _("The usual days hold again, from today on."))
    return redirect("reminders")
