"""The site lets the operator's compliance staff read a draft and its threads; and the pages on which they do."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actionplans.annex import Audience, render_document
from actionplans.models import SupportGrant
from actionplans.standing import standing_for
from actionplans.support.forms import SupportForm
from actionplans.support.policy import check_reads_along, may_read_along
from actionplans.support.services import end_support, grant_support, note_reading
from actionplans.threads.querysets import shares_read_along
from actionplans.threads.reading import thread_on
from actionplans.views.forms import add_errors
from actionplans.views.keeping import mark_saved
from actionplans.views.loading import own_plan, visible_share, written_finding
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import InvalidInput


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_support(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """For the site: what is granted now and who read along, or the form to grant it."""
    plan = own_plan(written_finding(request, finding_id))
    form = SupportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            granted = grant_support(
                plan_id=plan.pk, actor=request.actor, purpose=form.cleaned_data["purpose"]
            )
        except InvalidInput as error:
            add_errors(form, error)
        else:
            mark_saved(request)
            sentence = _(
                "The compliance staff of %(operator)s can read the draft and its threads until %(day)s."
            )
            day = date_format(timezone.localtime(granted.expires_at), "j F Y")
            messages.success(request, sentence % {"operator": settings.OPERATOR_NAME, "day": day})
            return redirect("plan_support", finding_id)
    grants = SupportGrant.objects.visible_to(request.actor).filter(plan=plan)
    context = {
        "form": form,
        "plan": plan,
        "finding": plan.finding,
        "grants": grants.select_related("granted_by", "ended_by").prefetch_related("readings__person"),
        "live": grants.live(timezone.now()).first(),
        "days": settings.SUPPORT_DAYS,
    }
    return render(request, "actionplans/support/grant.html", context)


@actor_required
@require_POST
def plan_support_end(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    plan = own_plan(written_finding(request, finding_id))
    grant = SupportGrant.objects.visible_to(request.actor).filter(plan=plan, ended_at=None).first()
    if grant is not None:
        end_support(grant_id=grant.pk, actor=request.actor)
    messages.success(request, _("Nobody of the operator reads along any more."))
    return redirect("plan_support", finding_id)


@actor_required
@require_safe
def plan_draft(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """The draft as its site reads it, and the way to the threads with those it is shared with; nothing to write."""
    grants = SupportGrant.objects.visible_to(request.actor).select_related(
        "plan__finding__site__supplier", "plan__published", "granted_by"
    )
    grant = get_object_or_404(grants, plan__finding=finding_id, ended_at=None)
    check_reads_along(request.actor)
    note_reading(grant_id=grant.pk, actor=request.actor)
    shares = shares_read_along(request.actor).filter(plan=grant.plan).select_related("organisation")
    context = _reading(grant) | {
        "annex": render_document(standing_for(grant.plan).document, Audience(is_site=True), get_language()),
        "shares": shares.order_by("organisation__name"),
    }
    return render(request, "actionplans/support/draft.html", context)


@actor_required
@require_safe
def share_thread(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """What the site and one party say to each other, for who reads along."""
    if not may_read_along(request.actor):
        visible_share(request, share_id)
    check_reads_along(request.actor)
    grants = SupportGrant.objects.visible_to(request.actor)
    shares = shares_read_along(request.actor).select_related("organisation", "plan__finding__site__supplier")
    shared = get_object_or_404(shares, pk=share_id)
    grant = grants.select_related("granted_by").get(plan=shared.plan)
    note_reading(grant_id=grant.pk, actor=request.actor)
    grant.plan = shared.plan
    shows_all = request.GET.get("comments") == "all"
    thread = thread_on(shared, request.actor, at=timezone.now(), shows_all=shows_all)
    context = _reading(grant) | {"share": shared, "thread": thread, "reads_along": True}
    return render(request, "actionplans/support/thread.html", context)


def _reading(grant: SupportGrant) -> dict[str, Any]:
    return {"grant": grant, "plan": grant.plan, "finding": grant.plan.finding}
