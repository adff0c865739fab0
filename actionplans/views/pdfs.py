"""The PDFs: of a plan for who reads it here, of a share for its party, of the blank Annex for everybody."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from actionplans.exporting import Copy, copy_of_party, copy_of_reader, copy_of_sending, copy_of_site
from actionplans.history import sendings_to
from actionplans.models import ActionPlan, Revision
from actionplans.pdf import BLANK_FILE_NAME, annex_paper, blank_paper, file_name
from actionplans.pdf.serving import CONTENT_TYPE, Served, serve
from actionplans.plans import policy
from actionplans.views.loading import visible_finding, visible_share
from carportal.core.decorators import ActorRequest, actor_required, reader_required
from carportal.core.handing import can_hand_over, hand_over
from carportal.core.printing import Printable, Reason
from findings.models import Finding

RENEW = "2"  # seconds, after which a page that waits asks again
BLANK_IS_GOOD_FOR = 3600  # seconds


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_pdf(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """The published plan; its site also any other version, by `?revision=`, and the newest before it publishes."""
    finding = visible_finding(request, finding_id)
    plan = get_object_or_404(
        ActionPlan.objects.visible_to(request.actor).select_related("published"), finding=finding
    )
    if policy.is_own(request.actor, finding):
        return _answer(request, finding, copy_of_site(plan, _wanted(request, plan)))
    return _answer(request, finding, copy_of_reader(plan, request.actor))


def _wanted(request: ActorRequest, plan: ActionPlan) -> Revision | None:
    """404 for a revision that this plan does not have."""
    wanted = request.GET.get("revision", "")
    if not wanted:
        return None
    try:
        return get_object_or_404(plan.revisions, pk=UUID(wanted))
    except ValueError as error:
        raise Http404 from error


@reader_required
@require_http_methods(["GET", "HEAD", "POST"])
def share_pdf(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """What the party has, asks included; for the party and for the site. An earlier sending by `?sent=`."""
    shared = visible_share(request, share_id)
    wanted = request.GET.get("sent", "")
    if not wanted:
        return _answer(request, shared.plan.finding, copy_of_party(shared))
    sent = next((each for each in sendings_to(shared, request.actor) if str(each.pk) == wanted), None)
    if sent is None:
        raise Http404
    return _answer(request, sent.share.plan.finding, copy_of_sending(sent))


@require_safe
def annex_blank(request: HttpRequest) -> HttpResponse:
    """The template as it is now: one file for each language, which anybody may keep."""
    served = serve(printable=blank_paper(get_language()), reader_id=None)
    response = _response(request, served, BLANK_FILE_NAME, {})
    if response.status_code == 200:
        patch_cache_control(response, public=True, max_age=BLANK_IS_GOOD_FOR)
    return response


def _answer(request: ActorRequest, finding: Finding, copy: Copy | None) -> HttpResponse:
    """The file for this reader; a POST tries again what could not be made."""
    if copy is None:
        raise Http404
    paper = annex_paper(finding=finding, annex=copy.annex(get_language()))
    return answer_with_pdf(request, paper, file_name(finding), revision=copy.revision, finding=finding)


def answer_with_pdf(
    request: ActorRequest,
    paper: Printable,
    name: str,
    *,
    revision: Revision | None = None,
    finding: Finding | None = None,
) -> HttpResponse:
    """The file of a paper that this reader may have, or the page that says how far it is."""
    hands_over = can_hand_over(request)
    served = serve(
        printable=paper,
        reader_id=request.actor.speaks_for,
        revision=revision,
        again=request.method == "POST",
        reads=not hands_over,
    )
    if request.method == "POST":
        return redirect(request.get_full_path())
    kept = served.kept(_disposition(name))
    if hands_over and kept is not None:
        return hand_over(request, kept)
    return _response(request, served, name, {"finding": finding, "may_try_again": True})


def _response(request: HttpRequest, served: Served, name: str, context: dict[str, object]) -> HttpResponse:
    if served.content is not None:
        headers = {"Content-Disposition": _disposition(name)}
        return HttpResponse(served.content, content_type=CONTENT_TYPE, headers=headers)
    if served.rendering is not None and served.rendering.has_failed:
        why = Reason(served.rendering.reason).label
        return render(request, "actionplans/no_pdf/failed.html", {**context, "why": why}, status=503)
    response = render(request, "actionplans/no_pdf/waiting.html", context, status=202)
    response.headers["Refresh"] = RENEW
    return response


def _disposition(name: str) -> str:
    return f'inline; filename="{name}"'
