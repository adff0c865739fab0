"""Publishing several audits at once: choose them, see what it will do, then the click that does it."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict
from findings import policy, services
from findings.forms.several import ChooseAuditsForm, PublishAuditsForm
from findings.models import Audit, AuditStatus
from findings.querysets import AuditQuerySet
from findings.services import Rehearsal
from findings.services.publication import Preview
from findings.services.several import MOST, NewCars
from findings.views.lines import audit_line
from findings.views.preview import Outlook
from findings.views.publishing import parts_of
from stakeholders.policy import require

Told = dict[str, Any]


@actor_required
@require_http_methods(["GET", "POST"])
def choose(request: ActorRequest) -> HttpResponse:
    """The drafts of one's own organisation, ticked, then those of others; each in the order of their dates."""
    _require_publisher(request)
    drafts = list(_drafts(request)[: MOST + 1])
    shown = drafts[:MOST]
    own = [str(each.pk) for each in shown if _is_own(each, request)]
    form = ChooseAuditsForm(
        request.POST or None,
        choices=[(str(each.pk), _label(each, request)) for each in shown],
        initial={"audits": own},
    )
    if form.is_valid():
        return _preview(request, form.chosen())
    context = {"form": form, "drafts": shown, "more": len(drafts) > MOST, "most": MOST}
    return render(request, "findings/several/choose.html", context)


@actor_required
@require_http_methods(["POST"])
def publish(request: ActorRequest) -> HttpResponse:
    _require_publisher(request)
    visible = Audit.objects.visible_to(request.actor).filter(pk__in=_ids(request))
    form = PublishAuditsForm(request.POST, audits=list(visible.values_list("pk", flat=True)))
    if not form.is_valid():
        messages.warning(request, _("One of these audits has been discarded meanwhile. Choose again."))
        return redirect("audits_to_publish")
    chosen = form.cleaned_data["audits"]
    try:
        audits = services.publish_audits(
            audit_ids=chosen, actor=request.actor, digest=form.cleaned_data["digest"]
        )
    except Conflict as conflict:
        still = _drafts(request).filter(pk__in=chosen).values_list("pk", flat=True)
        return _preview(request, list(still), changed=conflict.message)
    sentence = ngettext(
        "%(n)s audit has been published. Mails about its CARs are on their way.",
        "%(n)s audits have been published. Mails about their CARs are on their way.",
        len(audits),
    )
    messages.success(request, sentence % {"n": len(audits)})
    return redirect("audits_to_publish" if _drafts(request).exists() else "audit_list")


def _preview(request: ActorRequest, chosen: list[UUID], changed: str | Promise = "") -> HttpResponse:
    if not chosen:
        messages.warning(request, str(changed) or _("Choose at least one audit."))
        return redirect("audits_to_publish")

    def tell(preview: Preview, new: NewCars) -> Told:
        outlook = Outlook(preview, request.actor, new)
        return {
            "line": audit_line(preview.audit),
            "sentence": outlook.sentence,
            "parts": parts_of(outlook),
            "plan": preview.plan,
        }

    rehearsal = services.rehearse_publications(audit_ids=chosen, actor=request.actor, tell=tell)
    published = [each.audit.pk for each in rehearsal.audits]
    context = {
        "sites": _by_site(rehearsal),
        "totals": _totals(rehearsal),
        "count": len(published),
        "left_out": rehearsal.left_out,
        "changed": changed,
        "form": PublishAuditsForm(
            audits=published, initial={"audits": published, "digest": rehearsal.digest}
        ),
        "cancel_url": reverse("audits_to_publish"),
    }
    return render(request, "findings/several/check.html", context, status=409 if changed else 200)


def _totals(rehearsal: Rehearsal[Told]) -> dict[str, int]:
    plans = [each.told["plan"] for each in rehearsal.audits]
    return {
        name: sum(len(getattr(plan, name)) for plan in plans)
        for name in ("raised", "superseded", "closed", "left")
    }


def _by_site(rehearsal: Rehearsal[Told]) -> list[dict[str, Any]]:
    """By the sites' names; of one site in the order in which they are published."""
    audits = sorted(rehearsal.audits, key=lambda each: (each.audit.site.name, each.audit.site.reference))
    return [
        {"site": site, "audits": list(group)}
        for site, group in groupby(audits, key=lambda each: each.audit.site)
    ]


def _drafts(request: ActorRequest) -> AuditQuerySet:
    """What this actor may publish, its own first, by date; corrections are published one by one."""
    own = Q(recorded_by=request.actor.organisation_id)
    drafts = Audit.objects.visible_to(request.actor).filter(status=AuditStatus.DRAFT, corrects=None)
    if request.actor.is_auditor:
        drafts = drafts.filter(own)
    in_order = drafts.annotate(is_own=own).order_by("-is_own", "date", "created_at", "reference")
    return in_order.select_related("site", "recorded_by")


def _is_own(audit: Audit, request: ActorRequest) -> bool:
    return audit.recorded_by_id == request.actor.organisation_id


def _label(audit: Audit, request: ActorRequest) -> str:
    by = ""
    if not _is_own(audit, request):
        by = _("· recorded by %(name)s, who may not have finished it") % {"name": audit.recorded_by.name}
    return format_html(
        '{} <span class="cell-hint">{} {}</span>',
        audit_line(audit),
        f"{audit.site.name} ({audit.site.reference})",
        by,
    )


def _ids(request: ActorRequest) -> list[UUID]:
    found = []
    for text in request.POST.getlist("audits")[: MOST + 1]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _require_publisher(request: ActorRequest) -> None:
    require(
        policy.may_record_audit(request.actor),
        _("Only those who recorded an audit and the operator publish it."),
    )
