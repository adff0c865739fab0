"""Step 1, understanding a CAR: the questions, then where they led and what to do with it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from carportal.core.actor import Actor
from carportal.core.decorators import ActorRequest, actor_required
from findings import policy, services
from findings.actions import actions_for
from findings.forms.triage import TriageForm
from findings.models import Finding, Triage, TriageOutcome
from findings.services.triage import require_open_to
from findings.triage import CURRENT, Definition, definition_of
from findings.triage.circumstances import asked_on, has_uk_retailer, last_support_request
from stakeholders.forms import errors_in


@actor_required
@require_http_methods(["GET", "POST"])
def understand(request: ActorRequest, pk: UUID) -> HttpResponse:
    """What step 1 led to; for who may take it the questions, when it is new to them or asked for with `again`."""
    finding = _visible(request, pk)
    if request.method == "POST":
        return _take(request, finding)
    latest = finding.triages.first()
    if policy.may_take_triage(request.actor, finding) and (latest is None or "again" in request.GET):
        return _questions(request, finding, TriageForm(CURRENT))
    return _outcome(request, finding, latest)


@actor_required
@require_POST
def ask_for_support(request: ActorRequest, pk: UUID) -> HttpResponse:
    finding = _visible(request, pk)
    services.request_support(finding_id=finding.pk, actor=request.actor)
    sentence = _("%(operator)s has been asked for support. Its compliance staff will get in touch with you.")
    messages.success(request, sentence % {"operator": settings.OPERATOR_NAME})
    return redirect("triage", pk)


def _visible(request: ActorRequest, pk: UUID) -> Finding:
    """A CAR whose step 1 the actor may see; for all others there is no such page."""
    finding = get_object_or_404(
        Finding.objects.visible_to(request.actor).select_related("site__supplier", "audit"), pk=pk
    )
    if not policy.may_see_triage(request.actor, finding):
        raise Http404
    return finding


def _take(request: ActorRequest, finding: Finding) -> HttpResponse:
    """Ask on until the answers reach an outcome; only then is anything kept."""
    require_open_to(request.actor, finding)
    form = TriageForm(CURRENT, request.POST)
    if form.is_valid():
        with errors_in(form):
            services.answer_triage(finding_id=finding.pk, actor=request.actor, answers=form.answers())
            return redirect("triage", finding.pk)
    return _questions(request, finding, form)


def _questions(request: ActorRequest, finding: Finding, form: TriageForm) -> HttpResponse:
    context = {
        "finding": finding,
        "form": form,
        "has_begun": bool(form.evaluation.answers),
        "form_action": f"{reverse('triage', args=[finding.pk])}#question",
        "cancel_url": reverse("finding", args=[finding.pk]),
        **_urgent(finding, CURRENT, is_urgent=form.evaluation.is_urgent),
    }
    return render(request, "findings/triage/questions.html", context)


def _outcome(request: ActorRequest, finding: Finding, latest: Triage | None) -> HttpResponse:
    actor = request.actor
    sees_answers = policy.may_see_answers(actor, finding)
    asked = last_support_request(finding.pk)
    triages = finding.triages.select_related("answered_by")
    context: dict[str, Any] = {
        "finding": finding,
        "latest": latest,
        "history": [
            _entry(triage, with_answers=sees_answers) | {"current": triage == latest} for triage in triages
        ],
        "may_take": policy.may_take_triage(actor, finding),
        "support_request": asked,
        "may_ask": policy.may_request_support(actor, finding) and not asked_on(asked, timezone.now().date()),
        "is_under_way": finding.is_under_way,
    }
    if latest is not None:
        context |= _advice(finding, latest)
    if not sees_answers:
        return render(request, "findings/triage/operator.html", context)
    context |= _what_follows(finding, actor)
    return render(request, "findings/triage/outcome.html", context)


def _what_follows(finding: Finding, actor: Actor) -> dict[str, Any]:
    """The next step elsewhere; where those who need to know are to be told, that comes first and by itself."""
    own, to_tell = reverse("triage", args=[finding.pk]), reverse("escalation_raise", args=[finding.pk])
    actions = actions_for(finding, actor)
    wanted = [
        action
        for action in filter(None, [actions.next, *actions.others])
        if action.primary and not action.url.startswith(own)
    ]
    return {
        "telling": next((action for action in wanted if action.url == to_tell), None),
        "next": next((action for action in wanted if action.url != to_tell), None),
    }


def _advice(finding: Finding, triage: Triage) -> dict[str, Any]:
    """The advice on where the answers led, in the words of the version that they were given to."""
    definition = definition_of(triage.definition)
    outcomes = definition.evaluate(triage.answers).outcomes
    others = tuple(outcome for outcome in outcomes if outcome != TriageOutcome.URGENT)
    return {
        "advice": definition.advice_on(others),
        "allies": definition.allies if TriageOutcome.SEEK_SUPPORT in outcomes else (),
        **_urgent(finding, definition, is_urgent=triage.is_urgent),
    }


def _urgent(finding: Finding, definition: Definition, *, is_urgent: bool) -> dict[str, Any]:
    """What to do at once: the protocol, and the operator's own route where no customer has one."""
    if not is_urgent:
        return {"urgent": None}
    return {
        "urgent": definition.advice_on((TriageOutcome.URGENT,))[0],
        "siep_url": settings.SIEP_URL,
        "needs_route": not has_uk_retailer(finding),
        "route": settings.URGENT_ROUTE_TEXT,
    }


def _entry(triage: Triage, *, with_answers: bool) -> dict[str, Any]:
    """One time that step 1 was taken, as the timeline shows it; without answers for the operator."""
    definition = definition_of(triage.definition)
    evaluation = definition.evaluate(triage.answers)
    answered = [
        f"{definition.question(key).name}: {_('yes') if answer else _('no')}"
        for key, answer in evaluation.answers.items()
    ]
    return {
        "at": triage.answered_at,
        "who": triage.answered_by.name if triage.answered_by else "",
        "sentence": " · ".join(str(outcome.label) for outcome in evaluation.outcomes),
        "text": "; ".join(answered) if with_answers else "",
    }
