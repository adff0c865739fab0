"""Posting an update: what happened, and who is to read it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.evidence.services import NewFile
from actionplans.models import PlanShare
from actionplans.plans import policy as plan_policy
from actionplans.sharing.checks import NamesDisclosed
from actionplans.updates.forms import UpdateForm
from actionplans.updates.services import names_disclosed, post_update, words_of
from actionplans.updating import Agreed, agreed_of
from actionplans.views.forms import add_errors, ids_of, status_of
from actionplans.views.keeping import mark_saved
from actionplans.views.loading import own_plan, written_finding
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, DomainError, InvalidInput, Unavailable
from carportal.core.uploads import refusal_of
from findings.forms.choices import explained
from findings.models import Finding

DAY = "j F Y"


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_update(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """What happened, to whom, and which date comes next with each of them."""
    finding = written_finding(request, finding_id)
    plan = own_plan(finding)
    if request.method != "POST":
        plan_policy.check_under_way(finding)
    agreed = agreed_of(plan, finding)
    everybody = {"party": [str(each.share.pk) for each in agreed]}
    sent = (request.POST, request.FILES, refusal_of(request, "file")) if request.method == "POST" else ()
    form = UpdateForm(_readers(agreed), *sent, initial=everybody)
    if not form.is_valid():
        return _update_page(request, finding, form, agreed)
    chosen = ids_of(form.cleaned_data["party"])
    try:
        post_update(
            plan_id=plan.pk,
            actor=request.actor,
            text=form.cleaned_data["text"],
            share_ids=chosen,
            confirmed_names={
                each.share.organisation_id: ids_of(request.POST.getlist(_names_field(each.share)))
                for each in agreed
            },
            files=[NewFile(upload.file, upload.name) for upload in form.cleaned_data["file"]],
        )
    except NamesDisclosed as error:
        return _update_page(request, finding, form, agreed, error)
    except (Conflict, InvalidInput, Unavailable) as error:
        add_errors(form, error)
        return _update_page(request, finding, form, agreed, error)
    mark_saved(request)
    names = [each.share.organisation.name for each in agreed if each.share.pk in chosen]
    messages.success(
        request, _("Update posted to %(parties)s.") % {"parties": get_text_list(names, _("and"))}
    )
    return redirect(f"{reverse('plan', args=[finding.pk])}#updates")


def _readers(agreed: list[Agreed]) -> list[tuple[str, str]]:
    return explained(
        (str(each.share.pk), each.share.organisation.name, _what_posting_does(each)) for each in agreed
    )


def _what_posting_does(agreed: Agreed) -> str:
    """For which agreed date the update counts, so that nobody learns of it only from the next reminder."""
    agreement, after = agreed.agreement, agreed.due_after_posting
    if agreement is None or after is None:
        return _("No dates are agreed yet.")
    days = {"due": date_format(agreement.next_due, DAY), "next": date_format(after, DAY)}
    if after == agreement.next_due:
        return (
            _(
                "The next update is agreed for %(due)s; this one is more than 14 days before it and comes on top."
            )
            % days
        )
    return _("Counts for %(due)s; the next one is then due on %(next)s.") % days


def _names_field(share: PlanShare) -> str:
    return f"names-{share.organisation_id}"


def _update_page(
    request: ActorRequest,
    finding: Finding,
    form: UpdateForm,
    agreed: list[Agreed],
    error: DomainError | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "finding": finding,
        "form": form,
        "agreed": agreed,
        "lost_files": form.is_bound and bool(request.FILES or form.refusal),
    }
    if isinstance(error, NamesDisclosed):
        chosen = [each.share for each in agreed if str(each.share.pk) in form.cleaned_data["party"]]
        words = words_of(form.cleaned_data["text"], [each.name for each in form.cleaned_data["file"]])
        named = names_disclosed(words, finding.plan, chosen)
        context |= {
            "has_errors": True,
            "problems": _unconfirmed(error, chosen),
            "readers": [
                {
                    "organisation": share.organisation,
                    "field": _names_field(share),
                    "names": named[share.organisation_id],
                    "confirmed": ids_of(request.POST.getlist(_names_field(share))),
                }
                for share in chosen
                if share.organisation_id in named
            ],
        }
    return render(request, "actionplans/updates/post.html", context, status=status_of(error))


def _unconfirmed(error: NamesDisclosed, shares: list[PlanShare]) -> list[dict[str, str]]:
    """Each name that is not confirmed yet, leading to its box."""
    sentence = _("Confirm that %(reader)s may read the name “%(name)s”, or take the name out of the update.")
    return [
        {
            "text": sentence % {"reader": share.organisation.name, "name": named.name},
            "target": f"{_names_field(share)}-{named.pk}",
        }
        for share in shares
        for named in error.names.get(share.organisation_id, [])
    ]
