"""The PDFs: of a plan for who reads it here, of a share for its party."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from actionplans.annex import RenderedAnnex, render
from actionplans.exporting import annex_of_party, annex_of_reader, annex_of_site
from actionplans.history import sendings_to
from actionplans.models import ActionPlan, Revision
from actionplans.pdf import annex_pdf, file_name
from actionplans.plans import policy
from actionplans.sharing.audiences import as_party
from actionplans.views.loading import visible_finding, visible_share
from carportal.core.decorators import ActorRequest, actor_required
from findings.models import Finding


@actor_required
@require_safe
def plan_pdf(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """The published plan; its site also any other version, by `?revision=`, and the newest before it publishes."""
    finding = visible_finding(request, finding_id)
    plan = get_object_or_404(
        ActionPlan.objects.visible_to(request.actor).select_related("published"), finding=finding
    )
    if policy.is_own(request.actor, finding):
        return _response(finding, annex_of_site(plan, get_language(), _wanted(request, plan)))
    return _response(finding, annex_of_reader(plan, request.actor, get_language()))


def _wanted(request: ActorRequest, plan: ActionPlan) -> Revision | None:
    """404 for a revision that this plan does not have."""
    wanted = request.GET.get("revision", "")
    if not wanted:
        return None
    try:
        return get_object_or_404(plan.revisions, pk=UUID(wanted))
    except ValueError as error:
        raise Http404 from error


@actor_required
@require_safe
def share_pdf(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """What the party has, asks included; for the party and for the site. An earlier sending by `?sent=`."""
    shared = visible_share(request, share_id)
    wanted = request.GET.get("sent", "")
    if not wanted:
        return _response(shared.plan.finding, annex_of_party(shared, get_language()))
    sent = next((each for each in sendings_to(shared, request.actor) if str(each.pk) == wanted), None)
    if sent is None:
        raise Http404
    return _response(sent.share.plan.finding, render(sent.revision, as_party(sent), get_language()))


def _response(finding: Finding, annex: RenderedAnnex | None) -> HttpResponse:
    if annex is None:
        raise Http404
    response = HttpResponse(annex_pdf(finding=finding, annex=annex), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{file_name(finding)}"'
    return response
