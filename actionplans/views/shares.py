"""A share's page: what one party has, what it is asked and what it answered; for it and for the site."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from actionplans.annex import RenderedAnnex, Template, template_of
from actionplans.annex import render as render_annex
from actionplans.calling import calls_on
from actionplans.filing import Evidence, evidence_of
from actionplans.guests.reading import links_on, told_of_itself
from actionplans.history import changed_since_answer, earlier_share, sendings_to
from actionplans.models import DutyStatus, EvidenceFile, PlanShare, Reply, ReplyKind
from actionplans.nudging import nudges_about
from actionplans.owning import duties_on
from actionplans.plans import policy as plan_policy
from actionplans.sharing import policy
from actionplans.sharing.audiences import as_party
from actionplans.sharing.forms import ReplyForm
from actionplans.sharing.services import NewerVersion, reply, withdraw_share
from actionplans.support.reading import reading_along
from actionplans.threads.policy import may_keep_notes
from actionplans.threads.reading import notes_about, thread_on
from actionplans.updates.policy import goes_on, may_agree_now
from actionplans.updating import Agreed, answers, site_date, updates_on
from actionplans.views.forms import add_errors
from actionplans.views.keeping import mark_saved
from actionplans.views.loading import visible_share
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.decorators import ActorRequest, actor_required, reader_required
from carportal.core.errors import Conflict, InvalidInput


@reader_required
@require_safe
def share(request: ActorRequest, share_id: UUID) -> HttpResponse:
    return _page(request, visible_share(request, share_id))


@reader_required
@require_http_methods(["GET", "HEAD", "POST"])
def share_reply(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """Who comes back here by a link, after logging in again, finds the page with the form."""
    shared = visible_share(request, share_id)
    policy.check_replies(request.actor, shared)
    if request.method != "POST":
        return redirect("share", shared.pk)
    form = ReplyForm(_template(shared), list(ReplyKind), request.POST)
    if not form.is_valid():
        return _page(request, shared, form)
    try:
        kept = reply(
            share_id=shared.pk,
            actor=request.actor,
            sent_id=form.cleaned_data["sent"],
            kind=form.cleaned_data["kind"],
            comment=form.cleaned_data["comment"],
            section=form.cleaned_data["section"],
        )
    except InvalidInput as error:
        add_errors(form, error)
        return _page(request, shared, form)
    except Conflict as error:
        add_errors(form, error)
        now = visible_share(request, share_id)
        return _page(request, now, form, status=error.status, newer=isinstance(error, NewerVersion))
    mark_saved(request)
    messages.success(request, _thanks(shared, kept))
    return redirect("share", shared.pk)


def _thanks(shared: PlanShare, kept: Reply) -> str:
    return _("Your reply was sent to %(site)s: %(reply)s.") % {
        "site": shared.plan.finding.site.name,
        "reply": kept.get_kind_display(),
    }


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def share_withdraw(request: ActorRequest, share_id: UUID) -> HttpResponse:
    shared = visible_share(request, share_id)
    plan_policy.check_writes(request.actor, shared.plan.finding)
    finding = shared.plan.finding
    if request.method == "POST":
        withdraw_share(share_id=shared.pk, actor=request.actor)
        messages.success(
            request, _("The plan is no longer shared with %(party)s.") % {"party": shared.organisation.name}
        )
        return redirect("plan", finding.pk)
    context = {
        "share": shared,
        "finding": finding,
        "agreed": Agreed.of(shared, site_date(finding)),
        "has_duties": shared.duties.exclude(status=DutyStatus.ENDED).exists(),
    }
    return render(request, "actionplans/withdraw.html", context)


def _page(
    request: ActorRequest,
    shared: PlanShare,
    form: ReplyForm | None = None,
    *,
    status: int = 200,
    newer: bool = False,
) -> HttpResponse:
    finding = shared.plan.finding
    sent = shared.sent.select_related("revision", "sent_by").latest("sent_at")
    is_party = policy.is_party(request.actor, shared)
    replies = _replies(shared)
    annex = render_annex(sent.revision, as_party(sent), get_language())
    context: dict[str, Any] = {
        "share": shared,
        "finding": finding,
        "sent": sent,
        "annex": annex,
        "evidence": _evidence(request, shared, annex),
        "replies": replies,
        "answered": any(each.sent_id == sent.pk for each in replies),
        "sendings": sendings_to(shared, request.actor),
        "changed_since": changed_since_answer(shared, sent),
        "may_reply": policy.may_reply_now(request.actor, shared),
        "form": form,
        "newer": newer,
        "timeline": _timeline(shared, beside=None if is_party else Reader.SITE)[::-1],
        "duties": duties_on(shared, request.actor),
        "calls": calls_on(shared, request.actor),
        "updates": _updates(request, shared),
        **_threads(request, shared),
    }
    if not is_party:
        context["guests"] = links_on(shared, request.actor)
        context["may_withdraw"] = policy.may_withdraw(request.actor, shared)
        if plan_policy.may_write_now(request.actor, finding):
            context["draft_url"] = reverse("plan_edit", args=[finding.pk])
        return render(request, "actionplans/share_site.html", context, status=status)
    context["guest"] = told_of_itself(shared, request.actor)
    context["nudges"] = nudges_about(finding, request.actor)
    if form is None and context["may_reply"]:
        kinds = policy.replies_open_to(shared)
        context["form"] = ReplyForm(_template(shared), kinds, initial={"sent": sent.pk})
    elif form is not None and newer:
        context["form"] = _on_newer(shared, form)
    return render(request, "actionplans/share_party.html", context, status=status)


def _evidence(request: ActorRequest, shared: PlanShare, annex: RenderedAnnex) -> Evidence:
    """What the party has, also where the site looks at it."""
    files = EvidenceFile.objects.visible_to(request.actor).shown_to_party(shared.organisation_id)
    return evidence_of(shared.plan, files, request.actor, annex)


def _template(shared: PlanShare) -> Template:
    return template_of(shared.plan.template_version)


def _on_newer(shared: PlanShare, form: ReplyForm) -> ReplyForm:
    """What was typed, as a reply to the version that is on the page now."""
    newest = shared.sent.first()
    data = {name: form.data[name] for name in form.data} | {"sent": str(newest.pk) if newest else ""}
    again = ReplyForm(_template(shared), policy.replies_open_to(shared), data)
    for sentence in form.non_field_errors():
        again.add_error(None, sentence)
    return again


def _replies(shared: PlanShare) -> list[Reply]:
    replies = Reply.objects.filter(sent__share=shared).select_related("replied_by", "sent")
    found = list(replies.order_by("-replied_at"))
    for each in found:
        each.sent.share = shared
    return found


def _updates(request: ActorRequest, shared: PlanShare) -> dict[str, Any]:
    """What is agreed about updates, what waits for an answer, and those that were posted."""
    agreed = Agreed.of(shared, site_date(shared.plan.finding))
    return {
        "agreed": agreed,
        "sent": list(updates_on(shared)),
        "goes_on": goes_on(shared),
        "earlier": earlier_share(shared, request.actor),
        "may_agree": may_agree_now(request.actor, shared),
        "may_post": plan_policy.may_write_now(request.actor, shared.plan.finding),
        **answers(request.actor, agreed),
    }


def _threads(request: ActorRequest, shared: PlanShare) -> dict[str, Any]:
    """What the two sides say to each other, all of it where `?comments=all` asks; and a party's own notes."""
    actor = request.actor
    shows_all = request.GET.get("comments") == "all"
    thread = thread_on(shared, actor, at=timezone.now(), shows_all=shows_all)
    context: dict[str, Any] = {
        "thread": thread,
        "open_comments": thread.open_at,
        **reading_along(shared.plan),
    }
    if policy.is_party(actor, shared):
        context["notes"] = notes_about(shared.plan, actor)
        context["may_keep_notes"] = may_keep_notes(actor, shared.plan.finding, shared)
    return context


def _timeline(shared: PlanShare, *, beside: Reader | None) -> list[Any]:
    """Only what concerns this party, also where the site looks at it, which does not read of what it keeps to itself."""
    return timeline(
        aggregate=Aggregate.PLAN,
        aggregate_id=shared.plan_id,
        reader=Reader.PARTY,
        party_id=shared.organisation_id,
        typed_in_as=shared.typed_in_as_id,
        beside=beside,
    )
